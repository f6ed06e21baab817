"""From what a person typed (or a program sent) to a Struct: field by field, so that every mistake is told at once.

msgspec stops at its first error; people should not have to correct a form once per mistake.
"""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, TypeVar

import msgspec
from litestar import Request
from litestar.datastructures import ImmutableMultiDict, MultiDict
from litestar.dto import AbstractDTO
from msgspec import inspect

from landbooking.errors import Refusal
from landbooking.language import gettext as _
from landbooking.sentences import wanted

_CLOCK = re.compile(r"\d\d:\d\d")

T = TypeVar("T", bound=msgspec.Struct)

# Control characters but tab and line breaks: PostgreSQL stores no NUL, and none of them is typed on purpose.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|[\ud800-\udfff]")


Fields = MultiDict[Any] | ImmutableMultiDict[Any]  # a query, or a posted form


class InvalidInput(Refusal):
    """At least one field is wrong. `values` keeps what was typed, for the form to show it again."""

    status = 422
    code = "invalid-input"

    def __init__(self, errors: dict[str, str], values: Mapping[str, Any]) -> None:
        super().__init__(_("Bitte prüfen Sie Ihre Angaben."))
        self.errors = errors
        self.values = values

    @property
    def fields(self) -> dict[str, str]:
        return self.errors


def is_within_reach(day: date) -> bool:
    """Whether anything can be asked for that day: with years far away one can't even reckon."""
    return 2020 <= day.year <= 2100


def check_within_reach(day: date, field: str) -> None:
    """Raises InvalidInput."""
    if not is_within_reach(day):
        raise InvalidInput({field: out_of_reach()}, {})


def out_of_reach() -> str:
    return _("Bitte einen Tag von 2020 bis 2100 angeben.")


class NotJson(Refusal):
    """The body is not JSON at all, so no field is to blame."""

    status = 400
    code = "not-json"

    def __init__(self) -> None:
        super().__init__(_("Das ist kein gültiges JSON."))


async def parse_form(struct: type[T], request: Request[Any, Any, Any]) -> T:
    """The posted form as `struct`. A list field collects a repeated name. Raises InvalidInput."""
    return parse_values(struct, await request.form())


def text_of(posted: Mapping[str, Any], name: str) -> str:
    """What was typed into the field, to be shown again or read by hand: without control characters and outer space.

    A missing field is empty, and so is a file.
    """
    value = posted.get(name)
    return _CONTROL.sub("", value.replace("\r\n", "\n")).strip() if isinstance(value, str) else ""


def parse_values(struct: type[T], posted: Mapping[str, Any]) -> T:
    """Typed values out of text, as forms and query strings send them: numbers are digits, an unticked box is absent."""
    values: dict[str, Any] = {}
    for field in _fields(struct):
        name = field.encode_name
        if name in _lists(struct):
            getall = getattr(posted, "getall", None)
            values[name] = getall(name, []) if getall else posted.get(name, [])
        elif isinstance(text := posted.get(name), str):
            if stripped := text.replace("\r\n", "\n").strip():
                values[name] = stripped
        elif text is not None:
            values[name] = text
    return _convert(struct, values, strict=False)


@cache
def _fields(struct: type[msgspec.Struct]) -> tuple[msgspec.structs.FieldInfo, ...]:
    """Looked up once: msgspec reads the annotations anew each time."""
    return msgspec.structs.fields(struct)


@cache
def _lists(struct: type[msgspec.Struct]) -> frozenset[str]:
    """The fields that collect a repeated name, looked up once as well."""
    return frozenset(name for name, kind in _kinds(struct).items() if isinstance(kind, inspect.ListType))


def parse_json(struct: type[T], body: object) -> T:
    """Typed values out of decoded JSON. Raises InvalidInput, also for fields that we do not know."""
    if not isinstance(body, dict):
        raise InvalidInput({"": _("Hier wird ein JSON-Objekt erwartet.")}, {})
    return _convert(struct, body, strict=True)


def _convert(struct: type[T], values: dict[str, Any], strict: bool) -> T:
    converted: dict[str, Any] = {}
    errors: dict[str, str] = {}
    known = {field.encode_name: field for field in _fields(struct)}
    if strict:
        errors |= {str(name): _("Dieses Feld gibt es nicht.") for name in values if name not in known}
    for name, field in known.items():
        if name not in values:
            if field.required:
                errors[name] = _("Bitte füllen Sie dieses Feld aus.")
            continue
        try:
            value = msgspec.convert(_with_seconds(values[name], _kinds(struct)[name]), field.type, strict=strict)
            _check_printable(values[name])
            converted[field.name] = _within_calendar(value)
        except (msgspec.ValidationError, OverflowError):
            errors[name] = wanted(field.type)
        except _Unprintable:
            errors[name] = _("Dieses Feld enthält Zeichen, die wir nicht speichern können.")
    if errors:
        raise InvalidInput(errors, values)
    return struct(**converted)


class _Unprintable(Exception):
    pass


def _check_printable(value: Any) -> None:
    """Also what lies within: no deeper than the type, to which it has been found to conform. Raises _Unprintable."""
    if isinstance(value, str) and _CONTROL.search(value):
        raise _Unprintable
    if isinstance(value, list | dict):
        for one in value if isinstance(value, list) else value.values():
            _check_printable(one)


@cache
def _kinds(struct: type[msgspec.Struct]) -> dict[str, inspect.Type]:
    """Of the fields, and within them of all that lies in them, looked up once as well."""
    return {field.encode_name: inspect.type_info(field.type) for field in _fields(struct)}


def _with_seconds(value: Any, kind: inspect.Type) -> Any:
    """Browsers and programs send 09:00, msgspec wants 09:00:00; also within lists and objects."""
    kinds = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
    for each in kinds:
        if isinstance(each, inspect.TimeType) and isinstance(value, str) and _CLOCK.fullmatch(value):
            return f"{value}:00"
        if isinstance(each, inspect.ListType) and isinstance(value, list):
            return [_with_seconds(one, each.item_type) for one in value]
        if isinstance(each, inspect.StructType) and isinstance(value, dict):
            inner = {field.encode_name: field.type for field in each.fields}
            return {name: _with_seconds(one, inner[name]) if name in inner else one for name, one in value.items()}
    return value


def _within_calendar(value: Any) -> Any:
    """Raises OverflowError for days near which a clock, or two weeks more, would leave Python's calendar."""
    if isinstance(value, date) and not 1900 <= value.year <= 9000:
        raise OverflowError
    return value


class FieldByField(AbstractDTO[T]):
    """Litestar's hook for request bodies: documented as the Struct, read by `parse_json`."""

    def decode_bytes(self, value: bytes) -> T:
        try:
            body = msgspec.json.decode(value)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise NotJson from None
        return parse_json(self.model_type, body)

    def decode_builtins(self, value: Any) -> T:
        return parse_json(self.model_type, value)

    @classmethod
    def create_for_field_definition(cls, *_args: Any, **_kwargs: Any) -> None:
        """Nothing to prepare: the Struct describes itself."""

    @classmethod
    def create_openapi_schema(cls, field_definition: Any, handler_id: str, schema_creator: Any) -> Any:
        return schema_creator.for_field_definition(field_definition)

    @classmethod
    def generate_field_definitions(cls, model_type: Any) -> Any:
        return iter(())

    @classmethod
    def detect_nested_field(cls, field_definition: Any) -> bool:
        return False
