"""A whole run: which sets to evaluate, on which snapshots, and with which texts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import GlossaryError
from indexer.evaluation.foreign import Protocol, available, evaluate_foreign, require
from indexer.evaluation.indexes import OpenGlossary
from indexer.evaluation.outcomes import Evaluation
from indexer.evaluation.own import evaluate_own
from indexer.evaluation.relatedness import evaluate_relatedness
from indexer.evaluation.sets import OwnFiles, OwnSet, Split, read_own_sets
from indexer.search import Searcher

NAMES = tuple(part.value for part in (*OwnSet, *Protocol))


@dataclass(frozen=True, slots=True)
class Plan:
    """What to evaluate, and where its texts are. ``data`` is there when there are protocols."""

    own: tuple[OwnSet, ...]
    files: OwnFiles
    protocols: tuple[Protocol, ...] = ()
    data: Path | None = None

    @property
    def asks_a_snapshot(self) -> bool:
        """Whether a snapshot that is there already is evaluated."""
        return bool(self.own) or Protocol.RELATEDNESS in self.protocols

    @property
    def builds(self) -> bool:
        """Whether indexes are built for the purpose."""
        return any(protocol is not Protocol.RELATEDNESS for protocol in self.protocols)


def plan_run(
    files: OwnFiles,
    *,
    bundled: OwnFiles,
    only: Collection[str] = (),
    data: Path | None = None,
    everything: bool = False,
) -> Plan:
    """Decide what to evaluate.

    Args:
        files: Judged sets that the user names; when there are any, they replace the bundled ones.
        bundled: The judged sets of the bundled glossary.
        only: Names of ``NAMES``; none means all own sets, and with ``data`` all protocols.
        data: A folder of foreign texts.
        everything: All that is there, which may be less than all protocols.

    Raises:
        GlossaryError: Something chosen has no texts.
    """
    files = bundled if files == OwnFiles() else files
    own = tuple(part for part in OwnSet if part.value in only)
    protocols = tuple(part for part in Protocol if part.value in only)
    if not only:
        own = tuple(part for part in OwnSet if files.of(part) is not None)
        if data is not None:
            protocols = tuple(available(data) if everything else Protocol)
    if missing := [part.value for part in own if files.of(part) is None]:
        raise GlossaryError(
            f"No file is named for {', '.join(missing)}; files of your own replace the bundled "
            f"sets, so name one with {', '.join(f'--{name} FILE' for name in missing)}."
        )
    if OwnSet.NO_MATCH in own and files.queries is None:
        raise GlossaryError(
            "--no-match needs queries with answers beside it, to know how strong right answers "
            "are; add --queries FILE."
        )
    if protocols and data is None:
        raise GlossaryError(f"{protocols[0].value} needs foreign texts; name them with --data DIR.")
    if data is not None:
        require(data, protocols)
    return Plan(own, _needed(files, own), protocols, data)


def evaluate(
    plan: Plan,
    searchers: Sequence[Searcher],
    open_glossary: OpenGlossary,
    *,
    split: Split = Split.ALL,
) -> list[list[Evaluation]]:
    """Return the evaluations of each searcher, the same sets in the same order.

    Protocols that build indexes of their own are evaluated once, and stand with the first; without
    a searcher they stand alone.

    Raises:
        BadGlossaryError: A judged file is at fault, or names entries that a snapshot lacks.
    """
    entries = [searcher.snapshot.entries for searcher in searchers]
    sets = read_own_sets(plan.files, entries, split=split)
    results = [evaluate_own(searcher, sets, only=plan.own) for searcher in searchers] or [[]]
    if plan.data is None:
        return results
    results[0] += evaluate_foreign(plan.protocols, plan.data, open_glossary)
    if Protocol.RELATEDNESS in plan.protocols:
        for searcher, result in zip(searchers, results, strict=True):
            result.append(evaluate_relatedness(plan.data, searcher))
    return results


def _needed(files: OwnFiles, own: Collection[OwnSet]) -> OwnFiles:
    """Leave out the files that nothing chosen reads."""
    asks = OwnSet.QUERIES in own or OwnSet.NO_MATCH in own
    return OwnFiles(
        queries=files.queries if asks else None,
        no_match=files.no_match if OwnSet.NO_MATCH in own else None,
        related=files.related if OwnSet.RELATED in own else None,
    )
