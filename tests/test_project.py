"""Promises about the repository as a whole."""

import re
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

from support.project import ROOT, ignored_names, pyproject, tracked_files

LOCK_FILES = {
    "uv.lock",
    "poetry.lock",
    "pdm.lock",
    "pylock.toml",
    "Pipfile.lock",
    "package-lock.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
}
# Written in pieces, so that this file is not what it looks for.
REGISTRIES = re.compile(
    "|".join(
        re.escape(".".join(parts))
        for parts in [
            ("pypi", "org"),
            ("files", "pythonhosted", "org"),
            ("registry", "npmjs", "org"),
            ("registry", "yarnpkg", "com"),
            ("docker", "io"),
            ("ghcr", "io"),
            ("quay", "io"),
        ]
    )
)
GIT_ADDRESS = re.compile(r"\bgit\+" + r"(https?|ssh|git)://|\bgit" + r"@[\w.-]+:|https?://\S+\.git" + r"\b")
# XML's namespaces are names, not addresses that anybody fetches.
THIRD_PARTY = re.compile(r"(?:https?:)?//(?!www\.w3\.org/)[\w-]+(?:\.[\w-]+)+", re.I)
# A block of data is no script: browsers don't run it, and don't ask the policy about it.
DATA = r"(?! type=\"application/ld\+json\">)"
INLINE = re.compile(
    rf"\sstyle\s*=|<style\b|\son[a-z]+\s*=\s*[\"']|javascript:|<script\b{DATA}(?![^>]*\bsrc=)",
    re.I,
)

TEXTS = [path for path in tracked_files() if path.suffix not in {".png", ".jpg", ".webp", ".woff2", ".ico", ".pdf"}]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_lock_file_is_tracked_and_the_usual_ones_are_ignored() -> None:
    assert not [path for path in tracked_files() if path.name in LOCK_FILES]
    assert {"uv.lock", "package-lock.json"} <= set(ignored_names())


def test_the_secrets_of_an_installation_stay_out() -> None:
    assert ".env" in ignored_names()
    assert ".env" not in {path.name for path in tracked_files()}


def test_no_registry_and_no_git_address_is_named() -> None:
    found = [
        f"{named(path)}: {match[0]}"
        for path in TEXTS
        for pattern in (REGISTRIES, GIT_ADDRESS)
        if (match := pattern.search(path.read_text()))
    ]
    assert found == []


def test_every_version_in_the_image_is_pinned_plainly() -> None:
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    for line in lines:
        assert re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.]*", line), line
    pinned = dict(line.split("==") for line in lines)
    assert len(pinned) == len(lines)
    assert list(pinned) == sorted(pinned)
    for needed in image_requirements():
        version = pinned.get(canonicalize_name(needed.name))
        assert version, f"{needed.name} is not pinned"
        assert needed.specifier.contains(version, prereleases=True), f"{needed} does not allow {version}"


def image_requirements() -> list[Requirement]:
    """What pyproject.toml asks for, and what that asks for in turn, on the image's Python."""
    [python] = set(re.findall(r"^FROM python:([\d.]+)", (ROOT / "Dockerfile").read_text(), re.M))
    waiting = [Requirement(text) for text in pyproject()["project"]["dependencies"]]
    found: dict[tuple[str, str], Requirement] = {}
    while waiting:
        needed = waiting.pop()
        for extra in {"", *needed.extras}:
            if found.setdefault((str(needed), extra), needed) is not needed:
                continue
            target = {"python_version": python, "python_full_version": f"{python}.0", "extra": extra}
            inner = [Requirement(text) for text in _required_by(needed.name)]
            waiting += [one for one in inner if one.marker is None or one.marker.evaluate(target)]
    return list(found.values())


def _required_by(name: str) -> list[str]:
    try:
        return requires(name) or []
    except PackageNotFoundError:  # needed by the image's Python, not by this one
        return []


def test_public_code_says_what_pyproject_says() -> None:
    public = YAML(typ="safe", pure=True).load((ROOT / "publiccode.yml").read_text())
    project = pyproject()["project"]
    assert public["name"] == project["name"]
    assert public["softwareVersion"] == project["version"]
    assert public["legal"]["license"] == project["license"] == "EUPL-1.2"
    assert set(public["localisation"]["availableLanguages"]) == set(public["description"]) == {"de", "en"}
    for description in public["description"].values():
        assert len(description["shortDescription"]) <= 150
        assert 150 <= len(description["longDescription"]) <= 10_000


@pytest.mark.parametrize(
    "line", ["<p style='x'>", '<a onclick="x()">', "<script>x()</script>", "<style>", "a javascript:b"]
)
def test_what_the_content_security_policy_blocks_is_recognised(line: str) -> None:
    assert INLINE.search(line)


def test_no_template_holds_inline_style_or_script() -> None:
    # Mails are another matter: mail programs read no style sheets.
    pages = [path for path in (ROOT / "templates").rglob("*.html") if "emails" not in path.parts]
    assert pages
    assert [f"{named(path)}: {match[0]}" for path in pages if (match := INLINE.search(path.read_text()))] == []


def test_nothing_is_loaded_from_elsewhere() -> None:
    folders = [ROOT / "templates", ROOT / "src/landbooking/static"]
    shown = [
        path for folder in folders for path in folder.rglob("*") if path.suffix in {".html", ".css", ".js", ".svg"}
    ]
    assert shown
    assert [f"{named(path)}: {match[0]}" for path in shown if (match := THIRD_PARTY.search(path.read_text()))] == []


def test_no_file_of_the_program_is_long() -> None:
    long = {named(path): len(path.read_text().splitlines()) for path in (ROOT / "src").rglob("*.py")}
    assert {name: lines for name, lines in long.items() if lines >= 300} == {}
