"""Draw the plots of a comparison beside its ``results.json``."""

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot

_BARS = {"serving": ("one client, p50 ms", "16 clients, requests/s", "start, s", "PSS, MiB")}
_GROWTH = ("build, s", "one client, p50 ms", "PSS, MiB")
_WIDE, _HIGH = 4.2, 3.4


def main() -> None:
    """Write ``serving.svg`` and ``growth.svg``, each where there is something to draw."""
    results = Path(sys.argv[1])
    series = json.loads(results.read_text(encoding="utf-8"))["series"]
    mpl.use("svg")
    _draw(results.with_name("serving.svg"), series, "serving", _BARS["serving"], _bars)
    _draw(results.with_name("growth.svg"), series, "growth", _GROWTH, _lines)


def _draw(path: Path, series: list[Any], part: str, names: tuple[str, ...], draw: Any) -> None:
    path.unlink(missing_ok=True)
    of_it = [one for one in series if one["part"] == part]
    if not of_it:
        return
    figure, axes = pyplot.subplots(
        1, len(names), figsize=(_WIDE * len(names), _HIGH), layout="constrained"
    )
    for name, axis in zip(names, axes, strict=True):
        axis.set_title(name)
        draw(axis, [one for one in of_it if one["measure"] == name])
    figure.savefig(path)


def _bars(axis: Any, series: list[Any]) -> None:
    ordered = series[::-1]
    bars = axis.barh([one["subject"] for one in ordered], [one["median"] for one in ordered])
    axis.bar_label(bars, fmt="{:,.4g}", padding=3)
    axis.margins(x=0.2)


def _lines(axis: Any, series: list[Any]) -> None:
    for subject in dict.fromkeys(one["subject"] for one in series):
        points = [(one["size"], one["median"]) for one in series if one["subject"] == subject]
        axis.plot(*zip(*points, strict=True), marker="o", label=subject)
    axis.set(xscale="log", yscale="log", xlabel="entries")
    axis.grid(visible=True, which="both", alpha=0.3)
    axis.legend()


if __name__ == "__main__":
    main()
