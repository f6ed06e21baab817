"""Looks into one PDF, as a program of its own that may use only so much memory and time: a bomb ends it, not us.

Reads the file from stdin and writes one line of JSON: {"pages": 2} or {"wrong": "encrypted"}. Knows nothing else of
landbooking, so that it starts fast. Whatever kills it means: not a PDF that we take.
"""

import io
import json
import resource
import sys
from typing import Any

MEMORY = 600 * 1024 * 1024  # bytes
SECONDS = 5  # of computing
MOST_PAGES = 30
MOST_UNPACKED = 120 * 1024 * 1024  # bytes, of all streams together but pictures in formats of their own
PICTURES = {"/DCTDecode", "/JPXDecode", "/CCITTFaxDecode", "/JBIG2Decode"}
ACTIVE = ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData")


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no file, whatever a PDF makes it do
    content = sys.stdin.buffer.read()
    sys.stdout.write(json.dumps(look_into(content)))


def look_into(content: bytes) -> dict[str, Any]:
    """The number of pages, or what is wrong: not-a-pdf, encrypted, too-many-pages, too-large-inside, active."""
    import pikepdf  # noqa: PLC0415 within the limits

    try:
        # Nothing is repaired: what other programs have to guess at, we don't hand on.
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False, suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                return {"wrong": "encrypted"}
            pages = len(pdf.pages)
            if not 1 <= pages <= MOST_PAGES:
                return {"wrong": "too-many-pages" if pages else "not-a-pdf"}
            return {"wrong": wrong} if (wrong := _wrong_inside(pdf)) else {"pages": pages}
    except pikepdf.PasswordError:
        return {"wrong": "encrypted"}
    except MemoryError:
        return {"wrong": "too-large-inside"}
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {"wrong": "not-a-pdf"}


def _wrong_inside(pdf: Any) -> str | None:
    """Every object is looked at, whether a page shows it or not."""
    import pikepdf  # noqa: PLC0415

    unpacked = 0
    for thing in pdf.objects:
        if _is_active(thing):
            return "active"
        if isinstance(thing, pikepdf.Stream):
            try:
                unpacked += len(thing.read_bytes(pikepdf.StreamDecodeLevel.generalized))
            except pikepdf.PdfError:  # a picture is as long as it is; what else can't be unpacked is too much
                if not _filters(thing) & PICTURES:
                    return "too-large-inside"
                unpacked += len(thing.read_raw_bytes())
            if unpacked > MOST_UNPACKED:
                return "too-large-inside"
    return None


def _is_active(thing: Any) -> bool:
    """With all that stands in it directly; what it only refers to is an object of the file and comes by itself."""
    import pikepdf  # noqa: PLC0415

    waiting = [thing]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
            if str(one.get("/S", "")) in ACTIVE or "/JS" in one or "/EF" in one:
                return True
            inside = [value for _name, value in one.items()]
        elif isinstance(one, pikepdf.Array):
            inside = list(one)
        else:
            continue
        waiting += [value for value in inside if isinstance(value, pikepdf.Object) and not value.is_indirect]
    return False


def _filters(stream: Any) -> set[str]:
    import pikepdf  # noqa: PLC0415

    named = stream.get("/Filter")
    return {str(one) for one in (named if isinstance(named, pikepdf.Array) else [named])}


if __name__ == "__main__":
    main()
