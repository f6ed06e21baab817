"""An operator's list of municipalities: from CSV to rows, every mistake told at once with its line.

The messages are English: operators read them on the command line.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator

import msgspec

COLUMNS = ("ags", "name", "association", "lat", "lon", "population")

# The first two digits of an official key, and the state's letters in ISO 3166-2:DE.
STATES = {
    "01": "SH", "02": "HH", "03": "NI", "04": "HB", "05": "NW", "06": "HE", "07": "RP", "08": "BW",
    "09": "BY", "10": "SL", "11": "BE", "12": "BB", "13": "MV", "14": "SN", "15": "ST", "16": "TH",
}  # fmt: skip


class ImportRefused(Exception):
    """The list can't be imported; the message says why, and nothing was changed."""


class BadRows(ImportRefused):
    """`rows` are sentences that begin with the line they are about, in the order of the file."""

    def __init__(self, rows: list[str]) -> None:
        super().__init__("\n".join(rows))
        self.rows = rows


class Row(msgspec.Struct, frozen=True):
    """One municipality; the centre point is WGS 84 in degrees."""

    ags: str
    name: str
    association: str
    lat: float
    lon: float
    population: int

    @property
    def district_key(self) -> str:
        return self.ags[:5]


def read_municipalities(content: bytes) -> list[Row]:
    """The rows of a CSV file: UTF-8 with or without BOM, a header of COLUMNS in any order, comma or semicolon between.

    Degrees may have a decimal comma, as German spreadsheets write them. Raises BadRows.
    """
    text = _text(content)
    records = _records(text)
    try:
        line, cells = next(records)
    except StopIteration:
        raise BadRows(["Line 1: the file is empty."]) from None
    columns = _columns(line, cells)
    rows, bad = [], []
    first_lines: dict[str, int] = {}
    for line, cells in records:
        if isinstance(cells, str):
            bad.append(f"Line {line}: {cells}")
        elif len(cells) != len(columns):
            bad.append(f"Line {line}: it has {len(cells)} columns, the header has {len(columns)}.")
        else:
            values = dict(zip(columns, cells, strict=True))
            mistakes = _mistakes(values)
            if (first := first_lines.setdefault(values["ags"], line)) != line and values["ags"]:
                mistakes.append(f"the key {_quoted(values['ags'])} stands in line {first} already.")
            bad += [f"Line {line}: {mistake}" for mistake in mistakes]
            if not mistakes:
                rows.append(_row(values))
    if bad:
        raise BadRows(bad)
    if not rows:
        raise BadRows([f"Line {line}: no municipality follows the header."])
    return rows


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BadRows([f"Line {line}: this is not UTF-8. Please save the file as “CSV UTF-8”."]) from None
    if nul := [number for number, line in enumerate(text.split("\n"), 1) if "\0" in line]:
        raise BadRows([f"Line {number}: it contains a NUL byte." for number in nul])
    return text


def _records(text: str) -> Iterator[tuple[int, list[str] | str]]:
    """The line a record begins in, and its cells; or what is wrong with it. Empty lines are passed over."""
    header = text.lstrip().partition("\n")[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = [unicodedata.normalize("NFC", cell.strip()) for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            yield line, f"it can't be read as CSV ({error})."
            continue
        if any(cells):
            yield line, cells


def _columns(line: int, cells: list[str] | str) -> list[str]:
    columns = [cell.lower() for cell in cells] if isinstance(cells, list) else []
    if sorted(columns) == sorted(COLUMNS):
        return columns
    bad = f"Line {line}: the header must name exactly the columns {', '.join(COLUMNS)}."
    missing = [column for column in COLUMNS if column not in columns]
    raise BadRows([f"{bad} Missing: {', '.join(missing)}." if missing else bad])


_DEGREES = re.compile(r"[+-]?[0-9]{1,3}([.,][0-9]{1,20})?")
_PEOPLE = re.compile(r"[0-9]{1,9}")  # a thousand million fits the database's int


def _mistakes(values: dict[str, str]) -> list[str]:
    bad = []
    ags = values["ags"]
    if not re.fullmatch("[0-9]{8}", ags):
        hint = " Did a spreadsheet drop its leading zero?" if re.fullmatch("[1-9][0-9]{6}", ags) else ""
        bad.append(f"the key (ags) must have eight digits, not {_quoted(ags)}.{hint}")
    elif ags[:2] not in STATES:
        bad.append(f"the key {ags} begins with {ags[:2]}, which is none of the states 01 to 16.")
    if not values["name"]:
        bad.append("the name is missing.")
    for column in ("name", "association"):
        if len(values[column]) > 200 or not values[column].isprintable():
            bad.append(f"the {column} must be one line of at most 200 printable characters.")
    for column, most in (("lat", 90), ("lon", 180)):
        if not _DEGREES.fullmatch(values[column]) or abs(_degrees(values[column])) > most:
            bad.append(f"{column} must be degrees from -{most} to {most}, not {_quoted(values[column])}.")
    if not _PEOPLE.fullmatch(values["population"]):
        bad.append(f"the population must be a whole number from 0, not {_quoted(values['population'])}.")
    return bad


def _row(values: dict[str, str]) -> Row:
    return Row(
        ags=values["ags"],
        name=values["name"],
        association=values["association"],
        lat=_degrees(values["lat"]),
        lon=_degrees(values["lon"]),
        population=int(values["population"]),
    )


def _degrees(text: str) -> float:
    return float(text.replace(",", "."))


def _quoted(text: str) -> str:
    shown = "".join(character if character.isprintable() else "?" for character in text)
    return f"“{shown[:40]}…”" if len(shown) > 40 else f"“{shown}”"
