"""Files as a spreadsheet reads them."""

import csv
import io


def read_back(content: bytes, delimiter: str = ";") -> list[list[str]]:
    """The cells of a file that begins with a byte order mark, its lines ended by CRLF, header first."""
    assert content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig")
    assert text.endswith("\r\n")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
