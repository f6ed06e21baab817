"""Why an internship may be unpaid, from the text of MiLoG § 22 (1), sentence 2; terms end as BGB § 188 says."""

from datetime import date

import pytest

from landbooking.internships.postings.fields import KINDS, Kind
from landbooking.internships.postings.pay import why_unpaid

CASES: list[tuple[Kind, date, date, int | None, str | None]] = [
    ("school", date(2027, 1, 11), date(2027, 12, 17), None, "Nr. 1"),  # school-run, however long
    ("mandatory", date(2027, 1, 11), date(2027, 12, 17), None, "Nr. 1"),
    ("qualification", date(2027, 1, 11), date(2027, 12, 17), None, "Nr. 4"),
    ("voluntary", date(2027, 1, 11), date(2027, 1, 12), None, None),  # no exemption, not even for two days
    ("orientation", date(2027, 1, 11), date(2027, 4, 10), None, "Nr. 2"),  # three months to the day
    ("orientation", date(2027, 1, 11), date(2027, 4, 11), None, None),  # a day more: all of it is due
    ("study", date(2027, 2, 1), date(2027, 4, 30), None, "Nr. 3"),
    ("study", date(2027, 2, 1), date(2027, 5, 1), None, None),
    ("study", date(2026, 11, 30), date(2027, 2, 28), None, "Nr. 3"),  # the month has no 30th
    ("study", date(2026, 11, 30), date(2027, 3, 1), None, None),
    ("orientation", date(2027, 1, 11), date(2027, 12, 17), 12, "Nr. 2"),  # the window is long, the internship is not
    ("orientation", date(2027, 1, 11), date(2027, 12, 17), 14, None),
]


@pytest.mark.parametrize(("kind", "first", "last", "weeks", "number"), CASES)
def test_the_law_names_who_need_not_be_paid(
    kind: Kind, first: date, last: date, weeks: int | None, number: str | None
) -> None:
    reason = why_unpaid(kind, first, last, weeks)
    assert (reason is None) == (number is None)
    if number:
        assert f"§ 22 MiLoG, {number}" in (reason or "")


def test_every_kind_is_judged() -> None:
    assert {kind for kind, *_rest in CASES} == set(KINDS)
