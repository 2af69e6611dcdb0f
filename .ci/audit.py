"""Looks up the pinned versions in the advisory services; fails when one has a known hole.

Where no service can be reached nothing is found out: that is said in one line, and no failure.
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

SERVICES = ("pypi", "osv")
# What make installs has hashes; torch, which is not among it, has none.
PINS = {"constraints.txt": ("--no-deps",), "lock-dev.txt": ("--require-hashes",)}


def main() -> int:
    """Ask one service after another until one knows the packages; return the exit code."""
    for service in SERVICES:
        known = [package for package in packages(service) if "vulns" in package]
        if known:
            return told(service, known)
    print(
        f"audit: nothing was audited, no advisory service can be reached ({', '.join(SERVICES)})."
    )
    return 0


def packages(service: str) -> list[dict]:
    """Return what a service says of each pin, each once; nothing when it does not answer."""
    found = [
        package
        for name, options in PINS.items()
        for package in asked(service, Path(__file__).with_name(name), options)
    ]
    return list({(package["name"], package.get("version")): package for package in found}.values())


def asked(service: str, pins: Path, options: Iterable[str]) -> list[dict]:
    """Return what a service says of the pins of a file; nothing when it does not answer."""
    command = ["pip-audit", "--vulnerability-service", service, "--requirement", str(pins)]
    plain = ["--disable-pip", "--format", "json", "--progress-spinner", "off"]
    try:
        done = subprocess.run(
            [*command, *options, *plain], capture_output=True, text=True, check=False, timeout=300
        )
        return json.loads(done.stdout)["dependencies"]
    except (OSError, ValueError, KeyError, subprocess.TimeoutExpired):
        return []


def told(service: str, known: list[dict]) -> int:
    """Print the holes that are known, each with the version that closes it."""
    holes = 0
    for package in known:
        for hole in package["vulns"]:
            holes += 1
            closed = ", ".join(hole["fix_versions"]) or "no version yet"
            print(
                f"audit: {package['name']} {package['version']}: {hole['id']}, closed by {closed}"
            )
    print(f"audit: {service} knows {holes} holes in {len(known)} packages.")
    return int(holes > 0)


if __name__ == "__main__":
    sys.exit(main())
