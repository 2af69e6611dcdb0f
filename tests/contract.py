"""Schemathesis against a running service: requests made up from its own OpenAPI document."""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# What is refused may be so for its size, too: an address that is too long answers 414.
_CONFIG = """
[checks.negative_data_rejection]
expected-statuses = [400, 404, 405, 406, 409, 413, 414, 415, 431]
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: what it printed, and its report."""

    status: int
    text: str
    report: dict[str, Any]

    @property
    def cases(self) -> int:
        """Count the test cases, each of at least one request."""
        return int(self.report["test_cases"]["generated"])


def run_schemathesis(address: str, *options: str) -> Outcome:
    """Ask what the document of a service allows, and what it forbids; all checks are on."""
    # Its own folder: nothing of a run stays.
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        (Path(folder) / "schemathesis.toml").write_text(_CONFIG, encoding="utf-8")
        command = [sys.executable, "-m", "schemathesis.cli", "run", f"{address}/openapi.json"]
        done = subprocess.run(
            [*command, "--checks", "all", "--report-json-path", str(report), *options],
            capture_output=True,
            text=True,
            check=False,
            cwd=folder,
        )
        text = done.stdout + done.stderr
        if not report.exists():
            raise RuntimeError(f"Schemathesis wrote no report:\n{text}")
        return Outcome(done.returncode, text, json.loads(report.read_text(encoding="utf-8")))
