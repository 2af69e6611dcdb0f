"""Commands that are killed or starved leave what was there before, or what they were to make.

The short form of ``make torture``, which also kills in place of every system call and fills disks.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_kills_and_limits_and_commands_at_once_and_a_clock_set_back_lose_nothing():
    parts = ["events", "room", "together"]
    command = [sys.executable, "-m", "tests.torture", *parts, "--seconds", "8"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=300, cwd=ROOT
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    rows = re.findall(r"^\| ([^|]+?) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|", done.stdout, re.M)
    # Eight commands are killed, one meets the clock, all of them two limits, and each other.
    assert len(rows) == 12
    for fault, *figures in rows:
        tries, survived, lost, untold = map(int, figures)
        assert survived == tries > 0, fault
        assert (lost, untold) == (0, 0), fault
