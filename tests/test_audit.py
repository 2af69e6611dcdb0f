"""The audit of the pinned versions fails on a hole, and not on a service that is out of reach."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / ".ci" / "audit.py"
HOLE = {"id": "PYSEC-1", "fix_versions": ["2.0"], "aliases": [], "description": ""}
SKIPPED = {"name": "b", "skip_reason": "Dependency not found"}


@pytest.fixture
def audited(tmp_path):
    """Run the audit with a pip-audit that says this: advisories cannot be had in every place."""

    def run(*said):
        text = json.dumps({"dependencies": list(said)}) if said else "Traceback: no connection"
        return audited_by(f"print({text!r})\n", tmp_path)

    return run


def audited_by(program, folder):
    """Run the audit with this program as pip-audit."""
    answer = folder / "pip-audit"
    answer.write_text(f"#!{sys.executable}\n{program}")
    answer.chmod(0o755)
    environ = os.environ | {"PATH": f"{folder}:{os.environ['PATH']}"}
    return subprocess.run(
        [sys.executable, str(SCRIPT)], capture_output=True, text=True, check=False, env=environ
    )


def test_a_known_hole_fails_and_tells_what_closes_it(audited):
    done = audited({"name": "a", "version": "1.0", "vulns": [HOLE]}, SKIPPED)
    assert done.returncode == 1
    assert "audit: a 1.0: PYSEC-1, closed by 2.0\n" in done.stdout


def test_what_is_locked_is_audited_too(tmp_path):
    program = (
        "import json, pathlib, sys\n"
        "name = pathlib.Path(sys.argv[sys.argv.index('--requirement') + 1]).name\n"
        "hashed = '--require-hashes' in sys.argv\n"
        f"vulns = [{HOLE!r}] if name.startswith('lock') and hashed else []\n"
        "package = {'name': name, 'version': '1.0', 'vulns': vulns}\n"
        "print(json.dumps({'dependencies': [package]}))\n"
    )
    done = audited_by(program, tmp_path)
    assert done.returncode == 1
    assert "audit: lock-dev.txt 1.0: PYSEC-1" in done.stdout
    assert "pypi knows 1 holes in 2 packages" in done.stdout


def test_packages_without_a_hole_pass(audited):
    done = audited({"name": "a", "version": "1.0", "vulns": []}, SKIPPED)
    assert (done.returncode, done.stdout) == (0, "audit: pypi knows 0 holes in 1 packages.\n")


@pytest.mark.parametrize("said", [(), (SKIPPED,)])
def test_nothing_audited_is_said_in_one_line_and_passes(audited, said):
    done = audited(*said)
    assert done.returncode == 0
    assert done.stdout == (
        "audit: nothing was audited, no advisory service can be reached (pypi, osv).\n"
    )
