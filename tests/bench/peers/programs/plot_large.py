"""Draw the memory of a large build beside its ``large.json``."""

import json
import sys
from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot


def main() -> None:
    """Write ``large.svg``."""
    results = Path(sys.argv[1])
    told = json.loads(results.read_text(encoding="utf-8"))
    mpl.use("svg")
    figure, axis = pyplot.subplots(figsize=(9, 4), layout="constrained")
    axis.plot(
        [seconds / 60 for seconds, _ in told["memory"]], [mib / 1024 for _, mib in told["memory"]]
    )
    for seconds, name in told["stages"]:
        axis.axvline(seconds / 60, color="grey", linewidth=0.6)
        place = (seconds / 60, 0.04)
        axis.annotate(f" {name}", place, xycoords=("data", "axes fraction"), rotation=90)
    axis.set(
        xlabel="minutes",
        ylabel="resident, GiB",
        ylim=(0, None),
        title=f"Build of {told['entries']:,} entries",
    )
    axis.grid(visible=True, alpha=0.3)
    figure.savefig(results.with_suffix(".svg"))


if __name__ == "__main__":
    main()
