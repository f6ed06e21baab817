"""The measurement itself: that it brings every figure, and that what it counted was stored. Its times say nothing."""

import json
import re
import subprocess
import sys
from pathlib import Path

from support.project import ROOT


def test_a_quick_run_brings_every_figure(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    command = [sys.executable, "-m", "benchmarks", "--quick", "--json", str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    for line in (
        "bookings",
        "pages",
        "searches",
        "pgbench",
        "200 at one slot, ours",
        "a series of 52 weeks",
        "a cancellation at 1,000, with 1,000 in line",
        "`/free` over 2,000 resources",
        "memory of one worker",
    ):
        assert re.search(rf"^\|.*{line}.*\d", done.stdout, re.MULTILINE), line
    figures = json.loads(file.read_text())
    kinds = {(run["kind"], run["contender"]) for run in figures["runs"]}
    for kind in ("bookings", "pages", "rush"):
        assert {(kind, "ours"), (kind, "bare")} <= kinds
    assert {("searches", "ours"), ("pgbench 8", "pgbench"), ("pgbench 32", "pgbench")} <= kinds
    assert set(figures["memory"]) == {"web", "worker"}
    for run in figures["runs"]:
        match run["kind"]:
            case "bookings":
                assert set(run["statuses"]) == {"201"}
            case "pages" | "searches":
                assert set(run["statuses"]) == {"200"}
            case "rush":
                assert run["statuses"] == {"201": 1, "409": 199}
