"""From typed text to values: field by field, every mistake at once, in the person's language."""

from contextlib import suppress
from datetime import date, datetime, time
from typing import Annotated, Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.datastructures import FormMultiDict

from landbooking.forms import FieldByField, InvalidInput, NotJson, parse_json, parse_values, text_of
from landbooking.language import use_language


class Form(msgspec.Struct):
    name: Annotated[str, msgspec.Meta(max_length=5)]
    day: date
    at: time
    count: Annotated[int, msgspec.Meta(ge=1, le=9)] = 1
    share: Annotated[float, msgspec.Meta(gt=0, le=2)] | None = None
    kind: Literal["desk", "room"] = "desk"
    tags: list[str] = []
    agreed: bool = False


class Named(msgspec.Struct):
    name: Annotated[str, msgspec.Meta(max_length=5, pattern=r"\S")]


class Shift(msgspec.Struct):
    at: time
    until: time | None = None


class Week(msgspec.Struct):
    shifts: list[Shift]
    best: Shift | None = None


def test_clock_times_need_no_seconds_wherever_they_stand() -> None:
    week = parse_json(
        Week, {"shifts": [{"at": "09:00", "until": "12:30"}, {"at": "13:00:00"}], "best": {"at": "08:00"}}
    )
    assert week == Week([Shift(time(9), time(12, 30)), Shift(time(13))], Shift(time(8)))
    for wrong in (
        {"shifts": [{"at": "9:00"}]},
        {"shifts": ["09:00"]},
        {"shifts": [{"at": "09:00", "x": ["10:00"]}, 3]},
    ):
        with pytest.raises(InvalidInput) as caught:
            parse_json(Week, wrong)
        assert caught.value.errors.keys() == {"shifts"}


GOOD = {"name": "Tisch", "day": "2026-12-01", "at": "09:00"}


def errors_of(posted: Any) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        parse_values(Form, posted)
    return caught.value.errors


def test_text_becomes_values() -> None:
    form = parse_values(Form, {**GOOD, "name": "  a\r\nb ", "count": "3", "share": "0.5", "agreed": "1"})
    assert form == Form("a\nb", date(2026, 12, 1), time(9), 3, 0.5, agreed=True)
    assert parse_values(Form, {**GOOD, "at": "09:00:30"}).at == time(9, 0, 30)


def test_a_repeated_name_is_a_list_only_where_one_is_wanted() -> None:
    posted = FormMultiDict([*GOOD.items(), ("tags", "a"), ("tags", "b"), ("name", "zwei")])
    form = parse_values(Form, posted)
    assert form.tags == ["a", "b"]
    assert form.name == "Tisch"


def test_every_mistake_is_told_at_once_and_nothing_is_lost() -> None:
    posted = {"name": "zu lang", "day": "morgen", "count": "0", "share": "3", "kind": "car", "agreed": "perhaps"}
    with pytest.raises(InvalidInput) as caught:
        parse_values(Form, posted)
    assert list(caught.value.errors) == ["name", "day", "at", "count", "share", "kind", "agreed"]
    assert caught.value.values == {**posted, "tags": []}
    with use_language("en"):
        english = errors_of(posted)
    assert all(english[name] != caught.value.errors[name] for name in english)
    assert caught.value.errors["name"] == "Bitte höchstens 5 Zeichen."
    assert caught.value.errors["count"] == "Bitte eine Zahl von 1 bis 9 angeben."
    assert caught.value.errors["kind"] == "Bitte eines davon wählen: desk, room."


@pytest.mark.parametrize("text", ["zu lang", "", "  "])
def test_what_has_to_be_filled_in_says_how_long_it_may_be(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_json(Named, {"name": text})
    assert caught.value.errors == {"name": "Bitte ausfüllen, mit höchstens 5 Zeichen."}


@pytest.mark.parametrize("field", ["name", "day", "at"])
@pytest.mark.parametrize("text", ["", "  ", "\r\n"])
def test_an_empty_field_is_a_missing_one(field: str, text: str) -> None:
    assert errors_of({**GOOD, field: text}) == {field: "Bitte füllen Sie dieses Feld aus."}


@pytest.mark.parametrize("text", ["a\0b", "\x1b[0m", "\ud800", "\x7f"])
def test_characters_that_cannot_be_stored_are_refused(text: str) -> None:
    assert set(errors_of({**GOOD, "name": text})) == {"name"}
    with pytest.raises(InvalidInput):
        parse_values(Form, FormMultiDict([*GOOD.items(), ("tags", "fine"), ("tags", text)]))


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "9001-01-01", "9999-12-31"])
def test_days_at_the_ends_of_the_calendar_are_refused(day: str) -> None:
    assert set(errors_of({**GOOD, "day": day})) == {"day"}


@given(
    st.dictionaries(st.sampled_from([*Form.__struct_fields__, "x"]), st.text() | st.lists(st.text()) | st.integers())
)
def test_whatever_is_posted_is_a_form_or_a_refusal(posted: dict[str, Any]) -> None:
    with suppress(InvalidInput):
        assert isinstance(parse_values(Form, posted), Form)


class Body(msgspec.Struct):
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    count: int = 0


def test_json_is_taken_at_its_word() -> None:
    body = parse_json(Body, {"at": "2026-12-01T09:00:00+01:00", "count": 2})
    assert body.at.isoformat() == "2026-12-01T09:00:00+01:00"
    for wrong in ({"count": "2"}, {"count": 2.0}, {"count": True}, {"count": None}):
        with pytest.raises(InvalidInput) as caught:
            parse_json(Body, {"at": "2026-12-01T09:00:00Z", **wrong})
        assert list(caught.value.errors) == ["count"]


def test_fields_that_we_do_not_know_are_named() -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_json(Body, {"colour": 1, "": 2})
    assert set(caught.value.errors) == {"colour", "", "at"}


@given(st.binary() | st.text().map(str.encode))
def test_whatever_is_sent_is_a_body_or_a_refusal(sent: bytes) -> None:
    dto = FieldByField[Body](None)  # type: ignore[arg-type]
    with suppress(InvalidInput, NotJson):
        assert isinstance(dto.decode_bytes(sent), Body)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (" Kusel\t", "Kusel"),
        ("eins\r\nzwei", "eins\nzwei"),
        ("a\x00b\ud800", "ab"),
        (None, ""),
        (b"Datei", ""),
        ("", ""),
    ],
)
def test_a_text_of_a_form_is_shown_again_without_what_nobody_types(value: Any, text: str) -> None:
    assert text_of({"field": value}, "field") == text
    assert text_of({}, "field") == ""
