"""Tables as spreadsheets open them unharmed."""

import csv
import io
from collections.abc import Iterable, Sequence


def as_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """RFC 4180: commas, CRLF. With a byte order mark, without which Excel reads umlauts as two letters each.

    A text that a spreadsheet would take for a formula stays one by an apostrophe; some read full-width signs as ours.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def _harmless(cell: object) -> object:
    is_formula = isinstance(cell, str) and cell.startswith(_BEGINNINGS)
    return f"'{cell}" if is_formula else cell
