import base64
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landbooking.forms import InvalidInput
from landbooking.paging import Page, decode_cursor, encode_cursor, page_of


class Thing(msgspec.Struct):
    id: int


def things(*ids: int) -> list[Thing]:
    return [Thing(id_) for id_ in ids]


def test_a_full_page_says_where_the_next_begins() -> None:
    page = page_of(things(1, 2, 3), 2, lambda thing: thing.id)
    assert page == Page(things(1, 2), encode_cursor(2))
    assert page.next
    assert decode_cursor(page.next, int) == 2


@pytest.mark.parametrize("ids", [(), (1,), (1, 2)])
def test_the_last_page_says_that_it_is_the_last(ids: tuple[int, ...]) -> None:
    assert page_of(things(*ids), 2, lambda thing: thing.id) == Page(things(*ids), None)


@given(
    st.tuples(
        st.datetimes(timezones=st.just(UTC)), st.integers(0, 2**53), st.text().filter(lambda text: "\0" not in text)
    )
)
def test_a_key_of_several_parts_comes_back_as_it_was(key: tuple[datetime, int, str]) -> None:
    cursor = encode_cursor(key)
    assert cursor.replace("-", "").replace("_", "").isalnum()
    assert decode_cursor(cursor, tuple[datetime, int, str]) == key


def refuse(cursor: str, key_type: type[object]) -> None:
    with pytest.raises(InvalidInput) as refused:
        decode_cursor(cursor, key_type)
    assert refused.value.status == 422
    assert set(refused.value.fields) == {"cursor"}


@pytest.mark.parametrize("cursor", ["", "x", "%%%", "ä", "\0", "!" * 400, encode_cursor("text"), encode_cursor(None)])
def test_a_cursor_that_we_did_not_write_is_refused(cursor: str) -> None:
    refuse(cursor, int)


def test_a_key_that_the_database_could_not_hold_is_refused() -> None:
    refuse(encode_cursor("a\0b"), str)
    refuse(encode_cursor(2**63), Annotated[int, msgspec.Meta(lt=2**63)])  # type: ignore[arg-type]
    refuse(base64.urlsafe_b64encode(b"[" * 300).decode(), list)


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda data: base64.urlsafe_b64encode(data).decode()))
def test_whatever_is_sent_is_a_key_or_a_refusal(cursor: str) -> None:
    with suppress(InvalidInput):
        assert isinstance(decode_cursor(cursor, str), str)
