"""How often each peer finds a term by another author's definition of it."""

from collections.abc import Sequence
from pathlib import Path

from indexer.evaluation.cross_glossary import Trial, evaluate_cross_glossary, judged, trials
from indexer.evaluation.indexes import Indexes
from indexer.evaluation.outcomes import Evaluation
from indexer.evaluation.own import DEPTH
from indexer.modelfiles import BASE_MODEL, DEFAULT_MODEL
from tests.bench.compare.corpus import Corpus, write
from tests.bench.compare.findings import Findings, Measure
from tests.bench.compare.telling import tell
from tests.bench.peers.peer import Peer
from tests.bench.peers.registry import OURS

PART = "quality"
_SHOWN = ("acc@1", "acc@10", "MRR")
# Several may be of one entry: twice as many leave about DEPTH entries.
_ROWS = 2 * DEPTH


def measure_quality(peers: Sequence[Peer], data: Path, findings: Findings, *, work: Path) -> None:
    """Ask every peer the same questions, ours with its default model, too."""
    if any(peer.name == OURS for peer in peers):
        for model in (DEFAULT_MODEL, BASE_MODEL):
            tell(f"quality: {OURS} with {model}")
            found = evaluate_cross_glossary(data, Indexes(work / Path(model).name, model))
            _add(findings, f"{OURS}, {Path(model).name}", found)
    for peer in peers:
        if peer.name != OURS:
            tell(f"quality: {peer.name}")
            asked = [(trial, _rankings(peer, trial, work)) for trial in trials(data)]
            _add(findings, peer.name, judged(asked))


def _rankings(peer: Peer, trial: Trial, work: Path) -> list[list[str]]:
    folder = work / peer.name / trial.held
    glossary = write(trial.glossary, folder / "glossary.jsonl")
    peer.build(glossary, folder / "index")
    with peer.serve(folder / "index", Corpus(trial.glossary, []).probe) as service:
        return [service.entries(row.text, limit=_ROWS)[:DEPTH] for row in trial.asked]


def _add(findings: Findings, subject: str, found: Evaluation) -> None:
    values = {figure.name: figure.value for figure in reversed(found.figures)}
    for name in _SHOWN:
        findings.add(Measure(PART, name, 3, more=True), subject, values[name])
    findings.note(PART, f"{len(found.outcomes):,} questions.")
