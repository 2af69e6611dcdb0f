"""Evaluations as a table for people, and as one JSON file to compare a later run with."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from indexer.errors import GlossaryError
from indexer.evaluation.compare import Change, Comparison
from indexer.evaluation.figures import evaluation
from indexer.evaluation.outcomes import Evaluation, Outcome, Shape
from indexer.evaluation.sets import Split
from indexer.formats.files import read_text, write_lines
from indexer.search import Searcher

FORMAT_VERSION = 1
SHOWN_CHANGES = 20
_ABSENT = "–"  # noqa: RUF001  what a table shows where there is no number


def table(evaluations: Sequence[Evaluation]) -> list[str]:
    """Return the lines of a table: set, group, n, figure and its 95 % interval."""
    rows = [("set", "group", "n", "figure", "value", "95 % interval")]
    for judged in evaluations:
        for figure in judged.figures:
            span = f"{_number(figure.low)} to {_number(figure.high)}"
            count, value = f"{figure.count:,}", _number(figure.value)
            rows.append((judged.name, figure.group, count, figure.name, value, span))
    notes = [f"Note on {judged.name}: {note}" for judged in evaluations for note in judged.notes]
    return [*_aligned(rows, right={2, 4}), *notes]


def comparison_lines(comparisons: Sequence[Comparison], *, shown: int = SHOWN_CHANGES) -> list[str]:
    """Return a table of differences, and what changed in each set, at most ``shown`` lines each."""
    if not comparisons:
        return []
    rows = [("set", "group", "n", "figure", "old", "new", "95 % interval of the change", "p")]
    for compared in comparisons:
        for one in compared.differences:
            span = f"{_signed(one.low)} to {_signed(one.high)}"
            old, new, p = _number(one.old), _number(one.new), _number(one.p)
            rows.append((compared.name, one.group, f"{one.count:,}", one.name, old, new, span, p))
    lines = ["", *_aligned(rows, right={2, 4, 5, 7})]
    for compared in comparisons:
        lines += ["", *_change_lines(compared, shown)]
    return lines


def _change_lines(compared: Comparison, shown: int) -> list[str]:
    lines = [
        f"{compared.name}: won {compared.won:,}, lost {compared.lost:,}, tied {compared.tied:,}"
        + (f"; on one side only {compared.unmatched:,}" if compared.unmatched else "")
    ]
    # The losses first: they are what a change has to answer for.
    changes = sorted(compared.changes, key=lambda change: change.won)
    lines += [_change_line(change) for change in changes[:shown]]
    if len(changes) > shown:
        lines.append(f"  … and {len(changes) - shown:,} more; --json FILE has them all.")
    return lines


def _change_line(change: Change) -> str:
    old, new = (_place(value) for value in (change.old, change.new))
    return f"  {'won ' if change.won else 'lost'}  {old} → {new}  {change.key}"


def about(searchers: Sequence[Searcher], *, split: Split, model: str) -> dict[str, object]:
    """Say what was evaluated: the first snapshot, if any, and the model of indexes built anew."""
    first = searchers[0].snapshot if searchers else None
    return {
        "split": split.value,
        "snapshot": first.name if first else None,
        "model": first.manifest.encoder.model.name if first else model,
    }


def report_body(
    evaluations: Sequence[Evaluation],
    *,
    about: Mapping[str, object],
    comparisons: Sequence[Comparison] = (),
) -> dict[str, object]:
    """Return everything of a run; what is no number is null."""
    return {
        "format": FORMAT_VERSION,
        **about,
        "sets": [_plain(asdict(judged)) for judged in evaluations],
        "comparisons": [_plain(asdict(compared)) for compared in comparisons],
    }


def write_report(path: Path, body: Mapping[str, object]) -> None:
    """Write a run to a file, whole or not at all.

    Raises:
        GlossaryError: The file cannot be written.
    """
    write_lines(path, [json.dumps(body, indent=1, ensure_ascii=False, allow_nan=False)])


def read_report(path: Path) -> list[Evaluation]:
    """Return the evaluations of a file of ``write_report``, their figures worked out anew.

    Raises:
        GlossaryError: It is no such file, or of another format.
    """
    remedy = "make one with glossary evaluate --json FILE."
    try:
        body = json.loads(read_text(path))
        if body["format"] != FORMAT_VERSION:
            raise GlossaryError(
                f"{path} has the format {body['format']!r}, this version reads {FORMAT_VERSION}; "
                + remedy
            )
        return [_evaluation(judged) for judged in body["sets"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise GlossaryError(
            f"{path} is no report of an evaluation ({error!r}); {remedy}"
        ) from error


def _evaluation(body: Mapping[str, Any]) -> Evaluation:
    outcomes = [
        Outcome(
            str(one["key"]),
            {str(name): float(value) for name, value in one["values"].items()},
            one["kind"],
            one["rank"],
            one["unit"],
        )
        for one in body["outcomes"]
    ]
    return evaluation(str(body["name"]), Shape(body["shape"]), outcomes, notes=body["notes"])


def _plain(value: object) -> object:
    """Return a value as JSON has it."""
    if isinstance(value, Shape):
        return value.value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value


def _number(value: float) -> str:
    if math.isnan(value):
        return _ABSENT
    if math.isinf(value):
        return "not found"
    return f"{value:.3f}"


def _signed(value: float) -> str:
    return f"{value:+.3f}" if math.isfinite(value) else _number(value)


def _place(value: float | None) -> str:
    return "not found" if value is None else f"{value:.3g}"


def _aligned(rows: Sequence[Sequence[str]], right: set[int]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            text.rjust(width) if column in right else text.ljust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return lines
