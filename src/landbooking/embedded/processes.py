"""Processes as /proc tells of them."""

import os
from collections.abc import Iterator
from pathlib import Path

PAUSE = 0.02  # seconds between two looks at a process


def processes_of(uid: int) -> Iterator[int]:
    for entry in os.scandir("/proc"):
        try:
            if entry.name.isdecimal() and entry.stat().st_uid == uid:
                yield int(entry.name)
        except OSError:
            continue


def command_line(pid: int) -> list[str]:
    """The arguments of a process; empty where it is gone, or dead and not yet collected."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").rstrip("\0").split("\0")
    except OSError:
        return []


def group_of(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def environment() -> dict[str, str]:
    """Nothing of ours: PGDATA, PGPORT or LD_PRELOAD would change what the servers do."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
