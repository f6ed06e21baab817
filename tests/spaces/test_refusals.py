"""Whenever a rule refuses, the sentence names the rule and says what would be possible."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

import landbooking
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.spaces.booking import book_resource, cancel_booking, move_booking
from landbooking.spaces.booking_rules import check_period
from landbooking.spaces.consultations import check_same_discretion
from landbooking.spaces.opening_hours import Closure, Interval, OpeningRules, RuleBroken
from landbooking.spaces.series.plan import plan_series
from support.hosting import Place
from support.series import weekly
from support.spaces import BERLIN, make_booking, make_override, period_on

MONDAY = date(2027, 8, 30)
NOW = datetime(2027, 8, 27, 12, 5, tzinfo=BERLIN).astimezone(UTC)  # a Friday
WEEKDAYS = tuple(Interval(day, 480, 1080) for day in range(1, 6))

# By rule what is asked for, what names the rule, and what would be possible instead.
SENTENCES: list[tuple[str, dict[str, Any], tuple[date, str, str], str, str]] = [
    ("order", {}, (MONDAY, "10:00", "09:00"), "nach dem Anfang", "bis 10:30 Uhr"),
    ("step", {"step_minutes": 30}, (MONDAY, "09:15", "10:15"), "Schritten von 30 Minuten", "9:30 Uhr"),
    ("step", {"step_minutes": 60}, (MONDAY, "09:15", "10:15"), "vollen Stunden", "9:00 Uhr"),
    ("shortest", {"shortest_minutes": 120}, (MONDAY, "09:00", "10:00"), "mindestens 2 Stunden", "bis 11:00 Uhr"),
    ("longest", {"longest_minutes": 60}, (MONDAY, "09:00", "12:00"), "höchstens 1 Stunde", "bis 10:00 Uhr"),
    ("past", {}, (MONDAY - timedelta(days=4), "09:00", "10:00"), "schon vorbei", "27. August 2027, 12:15"),
    ("lead", {"lead_minutes": 10080}, (MONDAY, "09:00", "10:00"), "7 Tage vorher", "3. September 2027, 12:15"),
    (
        "lead",
        {"lead_minutes": 360},
        (MONDAY - timedelta(days=3), "14:00", "15:00"),
        "6 Stunden",
        "30. August 2027, 08:00",
    ),
    ("horizon", {"horizon_days": 2}, (MONDAY, "09:00", "10:00"), "im Voraus", "29. August 2027"),
    ("opening-hours", {}, (MONDAY, "17:00", "19:00"), "nicht durchgehend geöffnet", "08:00–18:00"),
    ("opening-hours", {}, (MONDAY - timedelta(days=2), "09:00", "10:00"), "geschlossen", "30. August 2027, 08:00"),
    (
        "opening-hours",
        {"closures": (Closure(MONDAY, MONDAY, "Kirmes"),)},
        (MONDAY, "09:00", "10:00"),
        "geschlossen (Kirmes)",
        "31. August 2027, 08:00",
    ),
    ("unit", {"unit": "day"}, (MONDAY, "09:00", "10:00"), "ganze Tage", "08:00–18:00"),
    ("unit", {"unit": "half_day"}, (MONDAY, "09:00", "10:00"), "halbe Tage", "08:00–13:00"),
]


@pytest.mark.parametrize(("rule", "rules", "wish", "named", "possible"), SENTENCES)
def test_a_rule_about_time_says_what_would_be_possible(
    rule: str, rules: dict[str, Any], wish: tuple[date, str, str], named: str, possible: str
) -> None:
    with pytest.raises(RuleBroken) as broken:
        check_period(OpeningRules("Europe/Berlin", "RP", WEEKDAYS, **rules), period_on(*wish), NOW)
    assert broken.value.code == f"rule-{rule}"
    sentence = broken.value.message.replace("\xa0", " ")
    assert named in sentence
    assert possible in sentence.partition(named)[2] + sentence.partition(named)[0]


def test_no_rule_is_missing_here() -> None:
    """Every rule that the code can name, these and those of the tests below."""
    source = Path(landbooking.__file__).parent / "spaces"
    texts = [path.read_text() for path in source.rglob("*.py")]
    named = {rule for text in texts for rule in re.findall(r'RuleBroken\(\s*"([a-z-]+)"', text)}
    codes = {rule for text in texts for rule in re.findall(r'"rule-([a-z-]+)"$', text, re.MULTILINE)}
    below = {"quota", "audience", "skipped-hour", "cancel", "kind"}
    at_the_desk = {"approval"}  # in test_presence.py
    assert named | codes == {rule for rule, *_rest in SENTENCES} | below | at_the_desk


def test_where_nothing_is_open_nothing_is_promised() -> None:
    with pytest.raises(RuleBroken) as broken:
        check_period(OpeningRules("Europe/Berlin", "RP", ()), period_on(MONDAY), NOW)
    assert broken.value.message == "An diesem Tag ist geschlossen."
    with pytest.raises(RuleBroken) as broken:  # which ends after the space does
        check_period(
            OpeningRules("Europe/Berlin", "RP", WEEKDAYS, shortest_minutes=120),
            period_on(MONDAY, "17:00", "18:00"),
            NOW,
        )
    assert "ginge es" not in broken.value.message


async def test_rules_about_the_person_say_what_would_be_possible(
    connection: Connection, place: Place, resident: Person, outsider: Person
) -> None:
    async def refusal(**rules: Any) -> str:
        await connection.execute("DELETE FROM rule_override")
        await make_override(connection, place.space_id, "desk", **rules)
        with pytest.raises(Refusal) as refused:
            async with connection.transaction():
                await book_resource(connection, resident, place.desk, period_on(MONDAY))
        return refused.value.message.replace("\xa0", " ")

    with time_machine.travel(NOW):
        assert "nur die Gastgeber" in (said := await refusal(audience="staff"))
        assert "wählen Sie einen anderen" in said
        assert "für Mitglieder" in (said := await refusal(audience="members"))
        assert "Mitglied wird man bei" in said
        assert "höchstens 2 Stunden in der Woche" in (said := await refusal(weekly_minutes=120))
        assert "bleiben in dieser Woche: 2 Stunden" in said
        assert "Die nächste Woche beginnt am" in said
        assert "6. September 2027" in said
        # Buffers: what is asked for is free, but not the time around it.
        await make_booking(connection, outsider, place.desk, period_on(MONDAY, "12:15", "13:00"))
        assert "Davor bleiben 15 Minuten frei, danach 30 Minuten." in (
            said := await refusal(buffer_before_minutes=15, buffer_after_minutes=30)
        )
        assert "wählen Sie einen anderen" in said
        plan = await plan_series(connection, resident, weekly(place.desk, MONDAY, 1), NOW)
        [conflict] = plan.conflicts
        assert conflict.refusal
        assert "danach 30 Minuten" in conflict.refusal.message
        assert "eine andere Zeit" in conflict.refusal.message


async def test_who_is_too_late_to_cancel_or_move_is_told_whom_to_ask(
    connection: Connection, place: Place, resident: Person
) -> None:
    with time_machine.travel(NOW):
        booking_id = await make_booking(connection, resident, place.desk, period_on(MONDAY))
        await make_override(connection, place.space_id, "desk", cancel_minutes=20160)
        for attempt in (
            cancel_booking(connection, resident, booking_id),
            move_booking(connection, resident, booking_id, None, None, period_on(MONDAY, "13:00", "14:00")),
        ):
            with pytest.raises(Refusal, match=r"14 Tage vorher.*mit den Gastgebern") as refused:
                await attempt
            assert refused.value.code == "rule-cancel"


def test_a_booking_that_tells_more_than_its_time_stays_in_its_kind() -> None:
    with pytest.raises(RuleBroken, match=r"Dorthin .* nicht verschieben\. Bitte buchen Sie neu\."):
        check_same_discretion("desk", "telemedicine")


async def test_an_hour_that_the_clock_skips_has_another_after_it(
    connection: Connection, place: Place, resident: Person
) -> None:
    await connection.execute("UPDATE opening_hours SET opens = 0")
    await connection.execute("UPDATE space SET horizon_days = 730")
    wish = weekly(place.desk, date(2028, 3, 26), 1, "02:30", "05:00")
    with time_machine.travel(NOW):
        [skipped] = (await plan_series(connection, resident, wish, NOW)).conflicts
    assert skipped.refusal
    assert skipped.refusal.code == "rule-skipped-hour"
    assert "werden vorgestellt. Möglich ist 03:30 Uhr." in skipped.refusal.message
