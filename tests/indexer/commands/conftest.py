import pytest
from click.testing import CliRunner

from indexer.cli import main


@pytest.fixture
def glossary(tmp_path):
    """Run ``glossary`` on the index folder of the test; return output, errors and exit code."""
    runner = CliRunner(env={"GLOSSARY_INDEX": str(tmp_path / "index")})

    def run(*arguments):
        return runner.invoke(main, [str(argument) for argument in arguments])

    return run
