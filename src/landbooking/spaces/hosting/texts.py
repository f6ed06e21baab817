"""Texts out of a form whose fields are not known beforehand, as clean as parse_form makes the others."""

import re
from collections.abc import Mapping
from typing import Any

from litestar.datastructures import ImmutableMultiDict, MultiDict

Fields = MultiDict[Any] | ImmutableMultiDict[Any]  # a query, or a posted form

# As in forms.py: what PostgreSQL can't store, and nobody types on purpose.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|[\ud800-\udfff]")


def text_of(posted: Mapping[str, Any], name: str) -> str:
    """What was typed into the field, without control characters and space around it; a missing field is empty."""
    value = posted.get(name)
    return _UNPRINTABLE.sub("", value.replace("\r\n", "\n")).strip() if isinstance(value, str) else ""
