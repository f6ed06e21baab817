"""Cursor pages of the JSON API: a page says where the next one begins, so nothing is skipped or repeated meanwhile."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from litestar.params import QueryParameter

from landbooking.forms import InvalidInput
from landbooking.language import gettext as _

T = TypeVar("T", bound=msgspec.Struct)
K = TypeVar("K")

Cursor = Annotated[
    str | None,
    QueryParameter(
        description="`next` of the page before; without it, the first page.", max_length=400, required=False
    ),
]
Limit = Annotated[int, QueryParameter(description="How many items a page has at most.", ge=1, le=200)]


class Page(msgspec.Struct, Generic[T]):
    """`next` is the cursor of the following page, and null on the last."""

    items: list[T]
    next: str | None


def page_of(found: Sequence[T], limit: int, key: Callable[[T], Any]) -> Page[T]:
    """The first `limit` of `found`, for which one more than `limit` was asked, so that we know whether more follows.

    `key` is what `found` is sorted by, unique to each item: whatever JSON can hold and `after` is told to expect.
    """
    items = list(found[:limit])
    return Page(items, encode_cursor(key(items[-1])) if len(found) > limit else None)


def encode_cursor(key: object) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).rstrip(b"=").decode()


def decode_cursor(cursor: str, key_type: type[K]) -> K:
    """The key after which the page begins. Raises InvalidInput where we can't have given this cursor out.

    `key_type` should be as narrow as the column (a pattern, an integer's range): anybody can write a cursor.
    """
    try:
        written = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        if b"\\u0000" in written:  # PostgreSQL knows no text with NUL
            raise ValueError
        return msgspec.json.decode(written, type=key_type)
    except (ValueError, binascii.Error, msgspec.DecodeError, RecursionError):
        raise InvalidInput({"cursor": _("Diese Seite gibt es nicht. Bitte beginnen Sie ohne cursor.")}, {}) from None
