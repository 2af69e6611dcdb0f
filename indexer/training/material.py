"""What an adapter is trained on: pairs by kind and length, and entries held out to judge it by."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random

from indexer.encoding import Encoder
from indexer.errors import GlossaryError
from indexer.glossary import Glossary
from indexer.stages import Stages
from indexer.training.negatives import hard_negatives
from indexer.training.pairs import Pair, PairKind, pairs_of

FEWEST_ENTRIES = 64
# Pairs of like length are trained on together, so that little is spent on padding.
_WORDS = (8, 14, 22)
_MIXED = "mixed"
# The same for every run: what is held out is held out from all.
_SEED = 0
_HELD_OUT, _MOST_HELD_OUT = 0.05, 500
# How much of each kind is trained on. Typed words that are all in the answer teach the least, and
# many definitions lie under one broader term.
_SHARES = {
    PairKind.TERM: 1.0,
    PairKind.TYPED: 0.1,
    PairKind.SENSES: 1.0,
    PairKind.EXAMPLE: 0.7,
    PairKind.BROADER: 0.05,
}

Columns = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Material:
    """Columns ``query``, ``answer`` and maybe ``negative``, by kind and length of the query.

    Each has enough pairs for a batch; kinds with fewer are mixed.

    ``held_out`` are pairs of definition and term of entries that no other pair comes from.
    ``read`` is what a teacher reads for a text, where that is not the text itself.
    """

    columns: dict[str, Columns]
    read: dict[str, tuple[str, ...]]
    held_out: tuple[Pair, ...]
    counts: dict[str, int]


def gather(
    glossary: Glossary,
    miner: Encoder | None,
    *,
    batch: int,
    rounds: int = 1,
    most: int | None = None,
    stages: Stages,
) -> Material:
    """Make the pairs of a glossary, put entries aside, and find hard negatives if asked to.

    Args:
        glossary: At least 64 entries.
        miner: Finds hard negatives for titles; ``None`` leaves them out.
        batch: How many pairs are trained on together.
        rounds: How often pairs are made of an entry, each time rewritten anew.
        most: How many pairs are seen at all, where it is not all of them.
        stages: Shows progress.

    Raises:
        GlossaryError: There are too few entries, or too few pairs for a batch.
    """
    if len(glossary.entries) < FEWEST_ENTRIES:
        raise GlossaryError(
            f"An adapter needs at least {FEWEST_ENTRIES} entries to learn from, and "
            f"{glossary.title!r} has {len(glossary.entries)}; name more glossaries."
        )
    random = Random(_SEED)  # noqa: S311  for a fair choice, not for secrets
    wanted = min(_MOST_HELD_OUT, int(len(glossary.entries) * _HELD_OUT))
    aside = frozenset(random.sample(range(len(glossary.entries)), wanted))
    pairs = [pair for n in range(rounds) for pair in pairs_of(glossary, seed=_SEED + n)]
    held_out = {p.entry: p for p in pairs if p.entry in aside and p.kind is PairKind.TERM}
    learnt = [p for p in pairs if p.entry not in aside and random.random() < _SHARES[p.kind]]
    if most is not None and most < len(learnt):
        learnt = [learnt[place] for place in sorted(random.sample(range(len(learnt)), most))]
    groups = _groups(learnt, batch)
    if not groups:
        raise GlossaryError(
            f"{len(learnt)} pairs make no batch of {batch}; choose a smaller --batch."
        )
    read: dict[str, tuple[str, ...]] = {pair.query: (pair.written,) for pair in learnt}
    read |= {pair.answer: pair.parts for pair in learnt}
    return Material(
        _columns(groups, glossary, miner, stages),
        {text: of for text, of in read.items() if of != (text,)},
        tuple(held_out.values()),
        dict(Counter(pair.kind.name.lower() for pair in learnt)),
    )


def _groups(pairs: Sequence[Pair], batch: int) -> dict[str, list[Pair]]:
    """Sort pairs into groups of one kind and like length that have enough for a batch."""
    alike: dict[tuple[PairKind, int], list[Pair]] = defaultdict(list)
    for pair in pairs:
        alike[pair.kind, _length(pair)].append(pair)
    groups: dict[str, list[Pair]] = {}
    few: list[Pair] = []
    for kind in PairKind:
        waiting: list[Pair] = []
        last = ""
        for length in range(len(_WORDS) + 1):
            waiting += alike[kind, length]
            if len(waiting) >= batch:
                last = f"{kind.name.lower()}-{length}"
                groups[last] = waiting
                waiting = []
        # What is left over goes with the nearest length, or else with other kinds.
        (groups[last] if last else few).extend(waiting)
    if len(few) >= batch:
        groups[_MIXED] = few
    return groups


def _length(pair: Pair) -> int:
    words = len(pair.query.split())
    return sum(words > limit for limit in _WORDS)


def _columns(
    groups: Mapping[str, Sequence[Pair]], glossary: Glossary, miner: Encoder | None, stages: Stages
) -> dict[str, Columns]:
    columns = {
        name: {"query": [pair.query for pair in pairs], "answer": [pair.answer for pair in pairs]}
        for name, pairs in groups.items()
    }
    if miner is not None:
        titles = [name for name in groups if name.startswith(PairKind.TERM.name.lower())]
        mined = [pair for name in titles for pair in groups[name]]
        total = len(glossary.entries) + 2 * len(mined)
        progress = stages.stage("Finding hard negatives", total)
        negatives = iter(hard_negatives(mined, glossary, miner, progress))
        for name in titles:
            columns[name]["negative"] = list(islice(negatives, len(groups[name])))
    return columns
