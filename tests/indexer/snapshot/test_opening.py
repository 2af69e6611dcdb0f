"""A snapshot opens whole or is refused with a sentence that names the file and the remedy."""

import json
import shutil

import numpy as np
import pytest

from indexer.errors import BadEncoderError, BadSnapshotError
from indexer.overrides import Arrangement, Overrides
from indexer.search import Searcher
from indexer.snapshot import Layout, open_current
from indexer.snapshot.manifest import manifest_hash
from tests.fakes import WordEncoder

FILES = (
    "entries.jsonl",
    "offsets.npy",
    "ids.npy",
    "titles.npy",
    "overrides.jsonl",
    "overview.npy",
    "passages.npy",
    "vectors.faiss",
    "related_numbers.npy",
    "related_scores.npy",
    "related_words/impacts.npy",
    "related_words/numbers.npy",
    "related_words/tokens.npy",
    "hubness.npy",
    "neighbour_numbers.npy",
    "neighbour_weights.npy",
    "sentence_rows.npy",
    "sentence_starts.npy",
    "listing/by_category.npy",
    "listing/categories.npy",
    "listing/order.npy",
    "listing/sections.json",
    "prefixes/bounds.npy",
    "prefixes/entries.npy",
    "prefixes/keys.bin",
    "prefixes/starts.npy",
    "trigrams/impacts.npy",
    "trigrams/numbers.npy",
    "trigrams/tokens.npy",
    "words/impacts.npy",
    "words/numbers.npy",
    "words/tokens.npy",
)


@pytest.fixture
def index(make_index):
    # With a rule, so that no file is empty.
    return make_index(overrides=Overrides({3: Arrangement(pins=(7,))}))


@pytest.fixture
def layout(index):
    return open_current(index).layout


def rewrite_manifest(layout, change):
    """Change the manifest and give the folder the name that goes with it."""
    body = json.loads(layout.manifest.read_text(encoding="utf-8"))
    change(body)
    text = json.dumps(body)
    layout.manifest.write_text(text, encoding="utf-8")
    name = f"{layout.folder.name[:17]}{manifest_hash(text)}"
    layout.folder.rename(layout.folder.with_name(name))
    (layout.folder.parent / "current").write_text(f"{name}\n", encoding="utf-8")


def test_the_manifest_lists_every_file(layout):
    listed = json.loads(layout.manifest.read_text(encoding="utf-8"))["files"]
    files = [path for path in layout.folder.rglob("*") if path.is_file()]
    found = {path.relative_to(layout.folder).as_posix() for path in files} - {"manifest.json"}
    assert set(listed) == found == set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_flipped_bit_is_found(index, layout, name):
    data = bytearray((layout.folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (layout.folder / name).write_bytes(data)
    with pytest.raises(BadSnapshotError, match=rf"{name} is damaged: its SHA-256 is not the man"):
        open_current(index)


@pytest.mark.parametrize("name", FILES)
def test_a_truncated_file_is_found(index, layout, name):
    data = (layout.folder / name).read_bytes()
    (layout.folder / name).write_bytes(data[:-3])
    with pytest.raises(BadSnapshotError, match=rf"{name} is damaged: it has [\d,]+ bytes, not"):
        open_current(index)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_found(index, layout, name):
    (layout.folder / name).unlink()
    with pytest.raises(BadSnapshotError, match=f"{name} is missing; build the snapshot again"):
        open_current(index)


@pytest.mark.parametrize("place", [2, 40, -40])
def test_a_flipped_bit_in_the_manifest_is_found(index, layout, place):
    data = bytearray(layout.manifest.read_bytes())
    data[place] ^= 1
    layout.manifest.write_bytes(data)
    with pytest.raises(BadSnapshotError, match=r"manifest\.json .*build the snapshot again"):
        open_current(index)


def test_a_missing_manifest_is_told(index, layout):
    layout.manifest.unlink()
    with pytest.raises(BadSnapshotError, match=r"manifest\.json cannot be read \(No such file"):
        open_current(index)


def test_an_unknown_format_version_is_refused(index, layout):
    rewrite_manifest(layout, lambda body: body.update(format=99))
    with pytest.raises(
        BadSnapshotError, match=r"has the format 99, and this version reads format 4"
    ):
        open_current(index)


def test_a_manifest_without_a_key_is_refused(index, layout):
    rewrite_manifest(layout, lambda body: body.pop("counts"))
    with pytest.raises(BadSnapshotError, match="lacks 'counts'; build the snapshot again"):
        open_current(index)


@pytest.mark.parametrize("count", ["entries", "passages", "rows"])
def test_counts_out_of_step_are_refused(index, layout, count):
    def change(body):
        body["counts"][count] += 1

    rewrite_manifest(layout, change)
    with pytest.raises(BadSnapshotError, match=r"is out of step: .* and the manifest says"):
        open_current(index)


def test_files_that_do_not_go_together_are_refused(index, layout):
    np.save(layout.offsets, np.array([0, 5]))

    def change(body):
        from indexer.snapshot import file_facts

        facts = file_facts(layout.offsets)
        body["files"]["offsets.npy"] = {"bytes": facts.bytes, "sha256": facts.sha256}

    rewrite_manifest(layout, change)
    with pytest.raises(
        BadSnapshotError, match="entries, offsets and ids do not have the same count"
    ):
        open_current(index)


def test_a_map_that_lacks_an_entry_is_refused(index, layout):
    np.save(layout.overview, np.zeros((7, 2), dtype=np.float32))

    def change(body):
        from indexer.snapshot import file_facts

        facts = file_facts(layout.overview)
        body["files"]["overview.npy"] = {"bytes": facts.bytes, "sha256": facts.sha256}

    rewrite_manifest(layout, change)
    with pytest.raises(
        BadSnapshotError, match=r"out of step: \(7, 2\) places on the map, and .* \(8, 2\)"
    ):
        open_current(index)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "holds no snapshot; build one with `glossary index SOURCE --output"),
        ("", "current is damaged: '' names no snapshot"),
        ("../../etc", "names no snapshot"),
        ("20260101T000000Z-abcdef\n", "cannot be read"),
    ],
)
def test_a_folder_without_a_live_snapshot_is_told(tmp_path, text, message):
    if text is not None:
        (tmp_path / "current").write_text(text)
    with pytest.raises(BadSnapshotError, match=message):
        open_current(tmp_path)


def test_a_pickle_is_never_loaded(index, layout):
    """A poisoned array, its hash in the manifest: numpy refuses it, and nothing runs."""
    np.save(layout.related_scores, np.array([{"a": 1}], dtype=object), allow_pickle=True)

    def change(body):
        from indexer.snapshot import file_facts

        facts = file_facts(layout.related_scores)
        body["files"]["related_scores.npy"] = {"bytes": facts.bytes, "sha256": facts.sha256}

    rewrite_manifest(layout, change)
    with pytest.raises(BadSnapshotError, match="cannot be opened"):
        open_current(index)


def test_entries_come_by_number_and_by_id_and_never_from_the_end(index):
    entries = open_current(index).entries
    assert entries[3].id == "phobia"
    assert entries.find("phobia") == 3
    assert entries.find("Phobia") is None
    for number in (-1, 8):
        with pytest.raises(IndexError, match=f"there is no entry {number}; there are 8"):
            entries[number]


def test_a_snapshot_without_its_encoder_is_refused(index):
    # The word encoder is a fake and leaves no files, as if they had been lost before publishing.
    with pytest.raises(BadEncoderError, match="cannot be opened"):
        Searcher.open(index)


def test_an_old_snapshot_moved_elsewhere_still_opens(index, tmp_path):
    shutil.copytree(index, tmp_path / "copy")
    snapshot = open_current(tmp_path / "copy")
    assert Searcher(snapshot, WordEncoder()).search("phobia").hits[0].entry.id == "phobia"
    assert Layout(snapshot.layout.folder) == snapshot.layout
