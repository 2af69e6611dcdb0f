"""The manifest: what a snapshot is, and the hash of every file in it."""

import hashlib
import json
import mmap
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from indexer.encoding import Fingerprint, Model
from indexer.errors import BadSnapshotError
from indexer.formats import SourceFile
from indexer.scoring import ViewWeights
from indexer.snapshot.layout import MANIFEST_FILE
from indexer.strength import Background, Calibration
from indexer.vectors import Approximation

FORMAT_VERSION = 4
# Bytes of a file that are hashed at a time.
_PART = 16 << 20


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a snapshot holds. ``rows`` are those of the index, one for each passage."""

    entries: int
    definitions: int
    passages: int
    rows: int
    related: int


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a file of the snapshot must be."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The facts of one snapshot. ``created`` is UTC, ISO 8601.

    ``overrides`` is the file of editors' rules that its related lists obey; ``approximation`` tells
    how the index of a large glossary is searched, ``None`` where all rows are looked at.
    """

    created: str
    title: str
    language: str
    licence: str | None
    sources: tuple[SourceFile, ...]
    overrides: SourceFile | None
    counts: Counts
    encoder: Fingerprint
    view_weights: ViewWeights
    calibration: Calibration
    approximation: Approximation | None
    versions: Mapping[str, str]
    files: Mapping[str, FileFacts]

    def to_json(self) -> str:
        """Write it with the format version first, for readers of other versions."""
        body = {"format": FORMAT_VERSION, **asdict(self)}
        return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


def file_facts(path: Path) -> FileFacts:
    """Return a file's size and hash."""
    digest, size = hashlib.sha256(), 0
    # Large parts, and not `hashlib.file_digest`: beside other threads it would wait for its turn at
    # each of its small ones. They are mapped, since memory that is allocated for them is kept.
    with (
        path.open("rb", buffering=0) as file,
        mmap.mmap(-1, _PART) as buffer,
        memoryview(buffer) as part,
    ):
        while count := file.readinto(part):
            digest.update(part[:count])
            size += count
    return FileFacts(size, digest.hexdigest())


def manifest_hash(text: str) -> str:
    """Return the six hex digits that end a snapshot's name."""
    return hashlib.sha256(text.encode()).hexdigest()[:6]


def read_manifest(folder: Path) -> Manifest:
    """Read and check the manifest of the snapshot in ``folder``.

    Raises:
        BadSnapshotError: It is missing, damaged, or of a format this version does not know.
    """
    path = folder / MANIFEST_FILE
    if path.is_symlink() or (path.exists() and not path.is_file()):
        # A named pipe would be waited for without end.
        raise BadSnapshotError(f"{path} is no plain file; build the snapshot again.")
    try:
        text = path.read_text(encoding="utf-8")
        body = json.loads(text)
    except OSError as error:
        raise BadSnapshotError(
            f"{path} cannot be read ({error.strerror}); build the snapshot again."
        ) from error
    except ValueError as error:
        raise BadSnapshotError(
            f"{path} is damaged: it is no JSON; build the snapshot again."
        ) from error
    version = body.get("format") if isinstance(body, dict) else None
    if version != FORMAT_VERSION:
        raise BadSnapshotError(
            f"{path} has the format {version!r}, and this version reads format {FORMAT_VERSION}; "
            f"build the snapshot again with `glossary index`."
        )
    if not folder.name.endswith(f"-{manifest_hash(text)}"):
        raise BadSnapshotError(
            f"{path} is damaged: it is not the one {folder.name} was published with; "
            f"build the snapshot again."
        )
    try:
        return _parsed(body)
    except (KeyError, TypeError, AttributeError) as error:
        raise BadSnapshotError(f"{path} lacks {error}; build the snapshot again.") from error


def _parsed(body: dict[str, Any]) -> Manifest:
    return Manifest(
        created=body["created"],
        title=body["title"],
        language=body["language"],
        licence=body["licence"],
        sources=tuple(SourceFile(**source) for source in body["sources"]),
        overrides=SourceFile(**body["overrides"]) if body["overrides"] else None,
        counts=Counts(**body["counts"]),
        encoder=Fingerprint(Model(**body["encoder"]["model"]), body["encoder"]["precision"]),
        view_weights=ViewWeights(**body["view_weights"]),
        calibration=Calibration(
            **{
                name: Background(tuple(found["chances"]), tuple(found["scores"]))
                for name, found in body["calibration"].items()
            }
        ),
        approximation=_approximation(body.get("approximation")),
        versions=body["versions"],
        files={name: FileFacts(**facts) for name, facts in body["files"].items()},
    )


def _approximation(body: dict[str, Any] | None) -> Approximation | None:
    # Snapshots from before there was any have no such key.
    return None if body is None else Approximation(**body)
