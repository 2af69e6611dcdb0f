"""Where the files that come with the project are, installed or in a checkout."""

from importlib.resources import files
from pathlib import Path


def data_file(name: str) -> Path:
    """Return a file or folder of ``data/``: in the package when installed, else in the checkout."""
    packaged = Path(str(files("indexer"))) / "data" / name
    return packaged if packaged.exists() else checkout() / "data" / name


def checkout() -> Path:
    """Return the folder above this package."""
    return Path(__file__).parent.parent
