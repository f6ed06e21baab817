"""Files that a spreadsheet opens by a double click: each number a number, no text a formula, in both languages."""

from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from landbooking.language import use_language
from landbooking.spreadsheets import as_csv
from support.spreadsheets import read_back

DELIMITERS = {"de": ";", "en": ","}
BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def test_german_has_semicolons_and_decimal_commas() -> None:
    rows = [[1234567, 1.5, Decimal("-0.05"), date(2026, 11, 27), "Tisch, Fenster", 1e16]]
    with use_language("de"):
        content = as_csv(["Größe"] * 6, rows)
    assert content.count(b"\r\n") == 2
    assert read_back(content) == [
        ["Größe"] * 6,
        ["1234567", "1,5", "-0,05", "2026-11-27", "Tisch, Fenster", "10000000000000000"],
    ]


def test_english_has_commas_and_decimal_points() -> None:
    with use_language("en"):
        content = as_csv(["Size", "Price"], [[1.5, Decimal("-0.05")], ["a; b", 'said "no"\r\nand left']])
    assert read_back(content, ",") == [["Size", "Price"], ["1.5", "-0.05"], ["a; b", 'said "no"\r\nand left']]


@pytest.mark.parametrize("code", DELIMITERS)
def test_what_is_typed_stays_in_its_cell(code: str) -> None:
    """Quotes stand around everything, so that no semicolon, comma or tab ends a cell by itself."""
    typed = ['a;"b', "a,b", "a\tb", "a\nb", "a\r\nb", ""]
    with use_language(code):
        content = as_csv(["x"] * len(typed), [typed])
    assert read_back(content, DELIMITERS[code])[1] == typed
    assert all(f'"{text}"'.encode() in content for text in ("a,b", "a\tb", "a\nb"))


@pytest.mark.parametrize("code", DELIMITERS)
@pytest.mark.parametrize("opened_with", [";", ",", "\t"])
def test_no_text_becomes_a_formula(code: str, opened_with: str) -> None:
    """Also not where it is opened with another delimiter, for which the text's own begins a new cell."""
    texts = [f"{start}1+1" for start in BEGINNINGS] + [
        f"{before}{gap}{start}1+1"
        for before, gap, start in product(("a;", "a,", "a\t", "a\n", ";"), ("", " "), BEGINNINGS)
    ]
    with use_language(code):
        content = as_csv(["x"], [[text] for text in texts])
    for cell in cells_however_quoted(content.decode("utf-8-sig"), opened_with):
        assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    if opened_with == DELIMITERS[code]:
        assert [row[0].replace("'", "") for row in read_back(content, opened_with)[1:]] == texts


def cells_however_quoted(text: str, delimiter: str) -> list[str]:
    """The worst that a program may make of it, which takes no heed of quotes."""
    return [cell.strip('"') for line in text.splitlines() for cell in line.split(delimiter)]


@pytest.mark.parametrize("text", ["Kusel", "Tisch 1-3", "A + B", "wer@example.org", "Süd; Nord", "3 = 3", ""])
def test_other_texts_are_as_typed(text: str) -> None:
    assert read_back(as_csv(["x", "y"], [[text, "z"]]))[1] == [text, "z"]
