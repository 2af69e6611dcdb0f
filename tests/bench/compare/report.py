"""Findings out: a Markdown page, the raw numbers as JSON, and plots."""

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from indexer.formats.files import write_lines
from tests.bench.compare import encoding, growth, pairs, quality, serving
from tests.bench.compare.findings import Findings, Measure, Series, best, times_better
from tests.bench.peers import registry
from tests.bench.peers.environments import python_of
from tests.bench.peers.peer import run

_HEADINGS = {
    serving.PART: "Search over HTTP, queries that no cache has seen",
    serving.CACHED: "Cached queries beside the bare server",
    quality.PART: "One author's definitions asked of the glossaries of others",
    encoding.PART: "The encoders alone",
    encoding.LIMITS: "Multiplying matrices of 2048 by 2048",
    pairs.PART: "All pairs",
    growth.PART: "Growth",
}
# Who is set against the best of the others, in the parts where that means something.
_OURS = {
    serving.PART: registry.OURS,
    encoding.PART: encoding.OURS,
    pairs.PART: pairs.OURS,
}


def body_of(findings: Findings, machine: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """Return everything, ready for JSON."""
    return {
        "machine": machine,
        "options": options,
        "series": [
            {
                "part": one.measure.part,
                "measure": one.measure.name,
                "subject": one.subject,
                "size": one.size,
                "median": one.median,
                "values": one.values,
            }
            for one in findings.series.values()
        ],
        "notes": findings.notes,
    }


def page(findings: Findings, machine: dict[str, Any], options: dict[str, Any]) -> list[str]:
    """Return the lines of the report in Markdown."""
    lines = ["# The glossary service beside its peers", "", *_about(machine), ""]
    asked = ", ".join(f"{name} {value}" for name, value in options.items())
    lines += [f"Medians over the rounds of one run. Options: {asked}.", ""]
    for part, heading in _HEADINGS.items():
        series = list(findings.of(part))
        notes = findings.notes.get(part, [])
        if not series and not notes:
            continue
        lines += [f"## {heading}", ""]
        if series:
            tables = _growth(series) if part == growth.PART else _table(series, _OURS.get(part))
            lines += [*tables, ""]
        lines += [*(f"- {note}" for note in notes), *([""] if notes else [])]
    return lines[:-1]


def write(folder: Path, body: dict[str, Any], lines: Sequence[str], output: Path | None) -> None:
    """Write the three kinds of files into a folder; the page also where it is asked for."""
    folder.mkdir(parents=True, exist_ok=True)
    results = folder / "results.json"
    write_lines(results, [json.dumps(body, indent=1, ensure_ascii=False)])
    for path in (folder / "report.md", *([output] if output else [])):
        write_lines(path, lines)
    run([python_of("plots"), "-m", "tests.bench.peers.programs.plot", results], seconds=300)


def _about(machine: dict[str, Any]) -> list[str]:
    lines = [
        f"- CPU: {machine['cpu']}, {machine['cores']} cores, with {', '.join(machine['features'])}",
        f"- System: {machine['system']}",
        f"- Load average at the start: {machine['load average at the start']}",
    ]
    for name, versions in machine["versions"].items():
        known = ", ".join(f"{package} {version}" for package, version in versions.items())
        lines.append(f"- {name}: {known}")
    return lines


def _table(series: Sequence[Series], ours: str | None) -> list[str]:
    measures = list(dict.fromkeys(one.measure for one in series))
    subjects = list(dict.fromkeys(one.subject for one in series))
    found = {(one.measure, one.subject): one for one in series}
    rows = [
        [subject, *(_shown(found.get((measure, subject))) for measure in measures)]
        for subject in subjects
    ]
    if ours in subjects and len(subjects) > 1:
        ratios = [_ratio(measure, ours, series) for measure in measures]
        rows.append([f"**{ours}, times better than the best other**", *ratios])
    return _markdown(["", *(measure.name for measure in measures)], rows)


def _growth(series: Sequence[Series]) -> list[str]:
    """Return a table a measure, a column a size."""
    lines: list[str] = []
    for measure in dict.fromkeys(one.measure for one in series):
        of_it = [one for one in series if one.measure == measure]
        sizes = sorted({one.size for one in of_it})
        found = {(one.subject, one.size): one for one in of_it}
        rows = [
            [subject, *(_shown(found.get((subject, size))) for size in sizes)]
            for subject in dict.fromkeys(one.subject for one in of_it)
        ]
        lines += ["", *_markdown([measure.name, *(f"{size:,}" for size in sizes)], rows)]
    return lines[1:]


def _ratio(measure: Measure, ours: str, series: Iterable[Series]) -> str:
    of_it = [one for one in series if one.measure == measure]
    mine = next(one for one in of_it if one.subject == ours)
    other = best([one for one in of_it if one is not mine])
    return f"{times_better(mine, other):.2f} ({other.subject})"


def _shown(series: Series | None) -> str:
    return "–" if series is None else f"{series.median:,.{series.measure.digits}f}"


def _markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    line: Callable[[Sequence[str]], str] = lambda cells: f"| {' | '.join(cells)} |"  # noqa: E731
    return [line(head), line(["---", *(["---:"] * (len(head) - 1))]), *map(line, rows)]
