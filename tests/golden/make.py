"""Makes the golden snapshot anew: ``python -m tests.golden.make``, when the format version rises.

The snapshot of the version before stays beside it, so that what happens to it is tested too.
"""

import os
import shutil
import tempfile
from pathlib import Path

from indexer.build import build
from indexer.snapshot.manifest import FORMAT_VERSION
from tests.fakes import fears
from tests.models import save_tiny_model

GOLDEN = Path(__file__).parent


def main() -> None:
    """Build ``fears()`` with the tiny model into ``format-N``."""
    index = GOLDEN / f"format-{FORMAT_VERSION}"
    shutil.rmtree(index, ignore_errors=True)
    with tempfile.TemporaryDirectory() as work:
        save_tiny_model(Path(work) / "tiny")
        # By a relative name: the manifest keeps it, and no path of this machine belongs there.
        os.chdir(work)
        build(fears(), index, model="tiny")
    (index / ".lock").unlink()


if __name__ == "__main__":
    main()
