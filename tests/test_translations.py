"""German is the source, English must be complete: every text in code and templates has its English, and no other."""

import tomllib
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from landbooking.paths import LOCALE

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def used() -> set[str | tuple[str, str]]:
    """Every message id that the sources and templates name."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    found: set[str | tuple[str, str]] = set()
    for folder in ("src", "templates"):
        here = [mapping for mapping in mappings if mapping["pattern"].startswith(folder)]
        methods = [(mapping["pattern"].removeprefix(f"{folder}/"), mapping["method"]) for mapping in here]
        options = {pattern: {"newstyle_gettext": "true"} for pattern, method in methods if method == "jinja2"}
        messages = extract_from_dir(ROOT / folder, methods, options, {**DEFAULT_KEYWORDS, "mark": None, "N_": None})
        found |= {_id(message) for _file, _line, message, _comments, _context in messages}
    return found


def _id(message: str | tuple[str, ...] | list[str]) -> str | tuple[str, str]:
    return message if isinstance(message, str) else (message[0], message[1])


@pytest.fixture(scope="module")
def english() -> Catalog:
    with (LOCALE / "en" / "LC_MESSAGES" / "landbooking.po").open("rb") as file:
        return read_po(file, locale="en")


def test_the_sources_hold_texts_at_all(used: set[str | tuple[str, str]]) -> None:
    assert "Platz buchen" in used
    assert "Ihre Buchung steht. Die Bestätigung ist unterwegs zu Ihnen." in used


def test_every_text_has_its_english(used: set[str | tuple[str, str]], english: Catalog) -> None:
    translated = {_id(message.id): message.string for message in english if message.id and not message.fuzzy}
    missing = [text for text in used if not _complete(translated.get(text))]
    assert not missing


def _complete(translation: object) -> bool:
    return all(translation) if isinstance(translation, tuple | list) else bool(translation)


def test_no_english_is_left_over(used: set[str | tuple[str, str]], english: Catalog) -> None:
    assert not [message.id for message in english if message.id and _id(message.id) not in used]


def test_placeholders_stand_in_both_languages(english: Catalog) -> None:
    wrong = [error for message in english if message.id for error in message.check(english)]
    assert not wrong
