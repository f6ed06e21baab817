"""What the forms of a booking take."""

from datetime import date, time
from typing import Annotated

import msgspec

from landbooking.ids import RowId, Version
from landbooking.period import Period, local_period
from landbooking.spaces.space import Space

Key = Annotated[str, msgspec.Meta(max_length=100)]


class PeriodForm(msgspec.Struct, frozen=True):
    """Local clock times of the space's day; `key` makes sure that a form sent twice books once."""

    date: date
    start: time
    end: time
    key: Key = ""

    def period(self, space: Space) -> Period:
        return local_period(self.date, self.start, self.end, space.rules.time_zone)


class BookForm(PeriodForm, frozen=True):
    """`with_equipment` are the ids of what shall come along; `pay_with` is a card, else a pass or the counter pays."""

    with_equipment: list[RowId] = []
    pay_with: Annotated[int, msgspec.Meta(ge=1, le=2**53)] | None = None


class MoveForm(PeriodForm, frozen=True):
    resource: RowId | None = None
    version: Version | None = None


class CancelForm(msgspec.Struct, frozen=True):
    version: Version | None = None
