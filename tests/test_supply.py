"""Nothing that is loaded can run code: no pickle, no code of a model, nothing evaluated."""

import ast
import io
import json
import pickle
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from indexer.errors import BadEncoderError
from indexer.keytable import KeyTable
from indexer.lexical import Postings
from indexer.modelfiles import find_model

ROOT = Path(__file__).parent.parent
SOURCES = sorted([*(ROOT / "indexer").rglob("*.py"), *(ROOT / "server").rglob("*.py")])
# What can run what it reads.
MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "_pickle"}
CALLS = {
    "eval", "exec", "compile", "__import__", "os.system", "os.popen", "yaml.load", "torch.load",
    "yaml.unsafe_load", "yaml.full_load", "joblib.load", "pd.read_pickle",
}  # fmt: skip

# What numpy says of an array of objects, read or mapped.
REFUSED = r"cannot be loaded when allow_pickle=False|memory-mapped"


def called(node):
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def faults(text):
    """Return what in a source could run what it reads."""
    found = []
    for node in ast.walk(ast.parse(text)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        found += [name for name in names if name.split(".")[0] in MODULES]
        call = called(node)
        if call in CALLS:
            found.append(call)
        if not isinstance(node, ast.Call):
            continue
        options = {word.arg: ast.unparse(word.value) for word in node.keywords}
        if call in {"np.load", "numpy.load", "np.save"} and options.get("allow_pickle") != "False":
            found.append(f"{call} without allow_pickle=False")
        if options.get("trust_remote_code", "False") != "False":
            found.append("trust_remote_code")
        if options.get("shell", "False") != "False":
            found.append("shell")
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_source_can_run_what_it_reads(path):
    assert faults(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        "import pickle", "from joblib import load", "np.load(path)", "eval(text)",
        "np.load(path, allow_pickle=True)", "Model(trust_remote_code=True)", "torch.load(path)",
        "subprocess.run(line, shell=True)",
    ],
)  # fmt: skip
def test_the_check_finds_what_it_is_for(text):
    assert faults(text)


class Poison:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, place):
        self.place = place

    def __reduce__(self):
        return Path.touch, (self.place,)


@pytest.fixture
def harmed(tmp_path):
    """A file that is there only when poison ran."""
    return tmp_path / "harmed"


def poisoned(path, place):
    np.save(path, np.array([Poison(place)], dtype=object), allow_pickle=True)
    # Poison that is none proves nothing.
    np.load(path, allow_pickle=True)
    assert place.exists()
    place.unlink()


def test_poison_in_arrays_does_not_run(tmp_path, harmed):
    poisoned(tmp_path / "table.npy", harmed)
    with pytest.raises(ValueError, match=REFUSED):
        KeyTable(tmp_path / "table.npy")
    for name in ("tokens", "numbers", "impacts"):
        poisoned(tmp_path / f"{name}.npy", harmed)
    with pytest.raises(ValueError, match=REFUSED):
        Postings(tmp_path, 1)
    assert not harmed.exists()


def test_poison_in_a_snapshot_does_not_run(make_index, tmp_path, harmed):
    """Every array of it, one after another, with the manifest made to fit."""
    from indexer.errors import BadSnapshotError
    from indexer.snapshot import file_facts, open_current
    from indexer.snapshot.manifest import manifest_hash

    index = make_index()
    for name in sorted(path.name for path in open_current(index).layout.folder.rglob("*.npy")):
        folder = open_current(index).layout.folder
        path = next(folder.rglob(name))
        kept, manifest = path.read_bytes(), (folder / "manifest.json").read_text()
        poisoned(path, harmed)
        body = json.loads(manifest)
        facts = file_facts(path)
        body["files"][path.relative_to(folder).as_posix()] = {
            "bytes": facts.bytes, "sha256": facts.sha256,
        }  # fmt: skip
        text = json.dumps(body)
        (folder / "manifest.json").write_text(text)
        named = folder.rename(folder.with_name(f"{folder.name[:17]}{manifest_hash(text)}"))
        (index / "current").write_text(f"{named.name}\n")
        with pytest.raises(BadSnapshotError, match="cannot be opened"):
            open_current(index)
        assert not harmed.exists()
        named.rename(folder)
        path.write_bytes(kept)
        (folder / "manifest.json").write_text(manifest)
        (index / "current").write_text(f"{folder.name}\n")


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "model.ckpt", "model.pkl"])
def test_weights_that_are_pickles_are_not_loaded(tmp_path, harmed, name):
    data = io.BytesIO()
    pickle.dump(Poison(harmed), data)
    (tmp_path / name).write_bytes(data.getvalue())
    (tmp_path / "config.json").write_text('{"auto_map": {"AutoModel": "evil.Model"}}')
    with pytest.raises(BadEncoderError, match=r"has no \*\.safetensors file; other weight files"):
        find_model(str(tmp_path))
    assert not harmed.exists()


def test_a_model_with_code_of_its_own_is_not_run(tmp_path, harmed, tiny_model):
    import shutil

    from indexer.encoder import prepare_encoder

    folder = shutil.copytree(tiny_model, tmp_path / "model")
    (folder / "evil.py").write_text(f"open({str(harmed)!r}, 'w')\nclass Module: pass\n")
    modules = json.loads((folder / "modules.json").read_text())
    modules[0]["type"] = "evil.Module"
    (folder / "modules.json").write_text(json.dumps(modules))
    with pytest.raises(BadEncoderError, match="cannot be loaded"):
        prepare_encoder(str(folder), tmp_path / "encoder")
    assert not harmed.exists()


def pins(name):
    """Return the names and exact versions of a file of pins, and how many hashes each has."""
    found: dict[str, str] = {}
    hashes: dict[str, int] = {}
    name_of = ""
    for line in (ROOT / ".ci" / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("    --hash=sha256:"):
            hashes[name_of] += 1
        elif line and not line.startswith("#"):
            match = re.fullmatch(r"([\w.-]+)==([^=\s]+)(?: ;.*)?(?: \\)?", line)
            assert match, line
            name_of = re.sub(r"[-_.]+", "-", match[1]).lower()
            found[name_of], hashes[name_of] = match[2], 0
    return found, hashes


def test_every_pinned_version_is_exact():
    lines = (ROOT / ".ci" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert [line for line in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[^=\s]+", line)] == []


@pytest.mark.parametrize("lock", ["lock.txt", "lock-dev.txt"])
def test_what_is_locked_has_hashes_and_the_versions_of_the_constraints(lock):
    locked, hashes = pins(lock)
    wanted, _ = pins("constraints.txt")
    assert [name for name, count in hashes.items() if not count] == []
    assert {n: v for n, v in locked.items() if wanted.get(n, v) != v} == {}
    # It differs by machine, as does what it brings; all else is locked.
    assert "torch" not in locked
    if lock == "lock-dev.txt":
        assert wanted.keys() - locked.keys() == {"torch"}
        assert pins("lock.txt")[0].items() <= locked.items()


def test_what_is_installed_is_told_as_cyclonedx(tmp_path):
    tool = Path(sys.executable).with_name("cyclonedx-py")
    if not tool.exists():
        pytest.skip("no cyclonedx-py here; install glossary-search[dev]")
    output = tmp_path / "sbom.json"
    lock = str(ROOT / ".ci" / "lock.txt")
    command = [str(tool), "requirements", "--of", "JSON", "-o", str(output), lock]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    told = json.loads(output.read_text(encoding="utf-8"))
    assert told["bomFormat"] == "CycloneDX"
    names = {re.sub(r"[-_.]+", "-", part["name"]).lower() for part in told["components"]}
    assert names == pins("lock.txt")[0].keys()
    assert all(part["externalReferences"][0]["hashes"] for part in told["components"])
