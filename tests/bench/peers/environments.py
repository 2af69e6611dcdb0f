"""An environment of its own for each peer, made by pip from the pinned files of this folder."""

import hashlib
import subprocess
import sys
from pathlib import Path

from indexer.datafiles import checkout

WORK = checkout() / ".tmp" / "bench"


def python_of(name: str) -> Path:
    """Return the Python of an environment, made anew when its file of requirements changed."""
    requirements = Path(__file__).with_name(f"{name}.txt")
    folder = WORK / "venvs" / name
    python, made = folder / "bin" / "python", folder / "made"
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    if made.exists() and made.read_text() == wanted:
        return python
    print(f"making the environment of {name}", file=sys.stderr)  # noqa: T201
    subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
    subprocess.run([python, "-m", "pip", "install", "-q", "-r", requirements], check=True)
    made.write_text(wanted)
    return python


def pinned(name: str, package: str) -> str:
    """Return the version of a package that an environment has."""
    lines = Path(__file__).with_name(f"{name}.txt").read_text().split("\n")
    return next(line.split("==")[1] for line in lines if line.startswith(f"{package}=="))
