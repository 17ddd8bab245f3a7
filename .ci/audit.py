"""Are there known vulnerabilities in what is installed? Exit status: 0 none, 1 some, 2 that could not be asked.

    make audit

pip-audit asks PyPI, then OSV. It ends well where its source knew none of the packages, as a mirror without advisories
does: that is told here as what it is, nothing audited.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PINNED = Path(__file__).with_name("constraints.txt")
SOURCES = ("pypi", "osv")


def main() -> int:
    """Asks the sources in turn until one answers."""
    for source in SOURCES:
        command = [sys.executable, "-m", "pip_audit", "--requirement", str(PINNED), "--no-deps", "--disable-pip"]
        command += ["--vulnerability-service", source, "--format", "json", "--timeout", "10"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        try:
            packages: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
        except (ValueError, LookupError):
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            print(f"{source} could not be asked: {reason[:300]}")
            continue
        audited = [package for package in packages if "skip_reason" not in package]
        if not audited:
            print(f"{source} knows none of the {len(packages)} packages: nothing was audited there.")
            continue
        return told(source, packages, audited)
    print("Nothing was audited: no source of advisories can be reached from here. Run make audit where one can.")
    return 2


def told(source: str, packages: list[dict[str, Any]], audited: list[dict[str, Any]]) -> int:
    """Prints what was found."""
    found = [(package, known) for package in audited for known in package["vulns"]]
    for package, known in found:
        mended = ", ".join(known["fix_versions"]) or "no version yet"
        print(f"{package['name']} {package['version']}: {known['id']}, mended in {mended}")
    for package in packages:
        if "skip_reason" in package:
            print(f"not audited: {package['name']} ({package['skip_reason']})")
    print(f"{len(audited)} of {len(packages)} packages audited by {source}: {len(found)} known vulnerabilities.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
