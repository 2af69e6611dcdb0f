"""Draw memory and answer times of a long load beside its ``soak.json``."""

import json
import sys
from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot


def main() -> None:
    """Write ``soak.svg``."""
    results = Path(sys.argv[1])
    phases = json.loads(results.read_text(encoding="utf-8"))["phases"]
    mpl.use("svg")
    figure, (memory, times) = pyplot.subplots(
        2, 1, figsize=(9, 6), sharex=True, layout="constrained"
    )
    start = 0.0
    for phase in phases:
        at = [(start + seconds) / 60 for seconds, *_ in phase["memory"]]
        memory.plot(at, [pss for _, _, pss in phase["memory"]], label=phase["name"])
        minutes = [(start + seconds) / 60 for seconds, *_ in phase["minutes"]]
        (line,) = times.plot(minutes, [p99 for _, _, p99, _ in phase["minutes"]], marker="o")
        times.plot(minutes, [p50 for _, p50, *_ in phase["minutes"]], color=line.get_color())
        start += phase["memory"][-1][0]
    memory.set(ylabel="PSS, MiB", ylim=(0, None))
    memory.legend()
    times.set(xlabel="minutes", ylabel="p50 and p99 (dots), ms", yscale="log")
    for axis in (memory, times):
        axis.grid(visible=True, alpha=0.3)
    figure.savefig(results.with_suffix(".svg"))


if __name__ == "__main__":
    main()
