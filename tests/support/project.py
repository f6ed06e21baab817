"""The repository itself, for tests that look at its files."""

import os
import shutil
import subprocess
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def ignored_names() -> list[str]:
    """The patterns of .gitignore, without the slashes that say where."""
    lines = (ROOT / ".gitignore").read_text().splitlines()
    return [line.strip("/") for line in lines if line and not line.startswith("#")]


def tracked_files() -> list[Path]:
    """Every file that is committed or soon will be; without git (a checkout by archive), every file not ignored."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        # The checkout may belong to somebody else than who runs the tests.
        git = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"]
        names = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
        return [ROOT / name for name in names if name and (ROOT / name).is_file()]
    return list(_files_not_ignored())


def _files_not_ignored() -> list[Path]:
    patterns = [*ignored_names(), ".git"]
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if not any(fnmatch(name, pattern) for pattern in patterns)]
        found += [Path(folder, name) for name in names if not any(fnmatch(name, pattern) for pattern in patterns)]
    return found
