"""The wheel holds all that the program reads, and works from any folder."""

import importlib.util
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from support.project import ROOT

pytestmark = pytest.mark.xdist_group("wheel")

INSPECT = """
import sys
from pathlib import Path
import landbooking
from landbooking import paths
from landbooking.language import gettext, use_language
from landbooking.pages import environment, static

installed = Path(sys.argv[1])
assert Path(landbooking.__file__).is_relative_to(installed), landbooking.__file__
for folder in (paths.TEMPLATES, paths.MIGRATIONS, paths.STATIC, paths.LOCALE):
    assert folder.is_relative_to(installed), folder

names = environment().list_templates()
for name in names:
    environment().get_template(name)
assert static("icon.svg").startswith("/static/icon.svg?v=")
with use_language("en"):
    assert gettext("Sie sind angemeldet.") != "Sie sind angemeldet.", "the English texts are missing"
print(len(names), len(list(paths.MIGRATIONS.glob("*.sql"))))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # An environment that uv made has no pip.
    build = (
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
        if importlib.util.find_spec("pip")
        else ["uv", "build", "--quiet", "--wheel", "--out-dir", str(folder), str(ROOT)]
    )
    done = subprocess.run(build, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    [wheel] = folder.glob("landbooking-*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel in it: a wheel without compiled code is installed by unpacking."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def test_it_holds_what_the_program_reads_and_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if not name.endswith("/")}
    for folder, within in {
        "templates": "landbooking/templates",
        "migrations": "landbooking/migrations",
        "src/landbooking/static": "landbooking/static",
        "src/landbooking/locale": "landbooking/locale",
    }.items():
        files = [path for path in (ROOT / folder).rglob("*") if path.is_file()]
        assert files
        assert {f"{within}/{path.relative_to(ROOT / folder).as_posix()}" for path in files} <= inside
    tops = {name.split("/")[0] for name in inside}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"landbooking"}
    assert not [name for name in inside if "test" in Path(name).name or "__pycache__" in name]


def test_it_works_from_any_folder(installed: Path, tmp_path: Path) -> None:
    done = _python(installed, tmp_path, "-c", INSPECT, str(installed))
    assert done.returncode == 0, done.stderr
    templates, migrations = map(int, done.stdout.split())
    assert templates == len([path for path in (ROOT / "templates").rglob("*") if path.is_file()])
    assert migrations == len(list((ROOT / "migrations").glob("*.sql")))


def test_its_command_runs(installed: Path, tmp_path: Path) -> None:
    [entry_points] = installed.glob("landbooking-*.dist-info/entry_points.txt")
    assert "landbooking = landbooking.cli:main" in entry_points.read_text()
    done = _python(installed, tmp_path, "-m", "landbooking", "--help")
    assert done.returncode == 0, done.stderr
    assert "migrate" in done.stdout


def _python(installed: Path, folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"PYTHONPATH": str(installed), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, cwd=folder, capture_output=True, text=True, check=False
    )
