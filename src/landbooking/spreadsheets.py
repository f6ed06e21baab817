"""Tables as spreadsheets open them unharmed."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from landbooking.language import language

# What parts columns, and what parts a number's decimals: a spreadsheet goes by the language it was installed in. Where
# it wants semicolons, it shows a line of commas as one cell, and may take 1.5 for the first of May.
_SIGNS = {"de": (";", ","), "en": (",", ".")}
# In a spreadsheet of another language a text's own semicolon or comma begins a new cell, whatever the quotes say, so
# what follows it is looked at like a beginning. Some read full-width signs as ours.
_FORMULA = re.compile(r"(^|[;,\t\r\n])(?=\s*[=+\-@＝＋－＠])|^(?=[\t\r\n])")


def as_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """In the language that is spoken: with semicolons and decimal commas in German, in English as RFC 4180 has it.

    Numbers are given as numbers, days as dates (they stay ISO 8601). Lines end in CRLF; a byte order mark, without
    which Excel reads umlauts as two letters each; a text that would be a formula stays one by an apostrophe.
    """
    delimiter, point = _SIGNS[language.get()]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_written(cell, point) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _written(cell: object, point: str) -> object:
    if isinstance(cell, float | Decimal):
        return f"{Decimal(str(cell)):f}".replace(".", point)
    return _FORMULA.sub(r"\1'", cell) if isinstance(cell, str) else cell
