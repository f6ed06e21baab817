"""Series with equipment: each date with all of its pieces, or not at all; and wherever the dates go, they go too."""

from datetime import date, time, timedelta

import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.spaces.bookings import bookings_in_series
from landbooking.spaces.equipment import EquipmentUnfit
from landbooking.spaces.series.change import Move, MoveConflicts, Which, cancel_dates, move_dates
from landbooking.spaces.series.plan import Choice
from landbooking.spaces.series.verbs import SeriesConflicts, book_series
from support.hosting import Place
from support.series import booked_series, weekly
from support.spaces import make_booking, make_desk, make_override, make_space, period_on

WEEK = timedelta(days=7)


@pytest.fixture
async def projector(connection: Connection, place: Place) -> int:
    return await make_desk(connection, place.space_id, "Beamer", kind="equipment")


async def pieces_taken(connection: Connection) -> list[str]:
    """When equipment is taken along, in local time."""
    rows = await connection.fetch(
        """SELECT to_char(lower(period) AT TIME ZONE 'Europe/Berlin', 'DD.MM. HH24:MI') AS at FROM booking
           WHERE part_of IS NOT NULL AND status <> 'cancelled' ORDER BY period"""
    )
    return [row["at"] for row in rows]


async def test_each_date_has_its_pieces(
    connection: Connection, place: Place, resident: Person, monday: date, projector: int
) -> None:
    await make_override(connection, place.space_id, "equipment", buffer_after_minutes=30)
    _series, bookings = await booked_series(connection, resident, weekly(place.desk, monday, 3, equipment=[projector]))
    assert [one.what for one in bookings] == ["Tisch 1, Beamer"] * 3
    assert await pieces_taken(connection) == ["30.08. 09:00", "06.09. 09:00", "13.09. 09:00"]
    assert await connection.fetchval(
        "SELECT bool_and(upper(blocked) = upper(period) + interval '30 min') FROM booking WHERE resource_id = $1",
        projector,
    )
    context = await connection.fetchval("SELECT context FROM outbox WHERE template LIKE '%series%confirmation'")
    assert {one["place"] for one in context["dates"]} == {"Tisch 1, Beamer"}


async def test_a_date_on_which_a_piece_is_missing_is_a_conflict(
    connection: Connection, place: Place, resident: Person, outsider: Person, monday: date, projector: int
) -> None:
    await make_booking(connection, outsider, projector, period_on(monday + WEEK, "11:00", "13:00"))
    wish = weekly(place.desk, monday, equipment=[projector])
    with pytest.raises(SeriesConflicts) as conflicts:
        await book_series(connection, resident, wish)
    assert list(conflicts.value.fields) == [f"{monday + WEEK}"]
    assert "Beamer" in conflicts.value.fields[f"{monday + WEEK}"]
    [missing] = conflicts.value.plan.conflicts
    assert missing.others == ()  # it is not the desk that is taken
    assert await connection.fetchval("SELECT count(*) FROM booking WHERE person_id = $1", resident.id) == 0
    at_noon = {monday + WEEK: Choice(place.other_desk, time(14), time(15)), monday: Choice(None)}
    await book_series(connection, resident, weekly(place.desk, monday, equipment=[projector], choices=at_noon))
    assert await pieces_taken(connection) == ["06.09. 14:00", "13.09. 09:00", "20.09. 09:00"]


async def test_a_piece_has_rules_of_its_own_and_they_count_over_the_series(
    connection: Connection, place: Place, resident: Person, monday: date, projector: int
) -> None:
    await make_override(connection, place.space_id, "equipment", weekly_minutes=2 * 180)
    wish = weekly(place.desk, monday, 4, repeats="daily", equipment=[projector])
    with pytest.raises(SeriesConflicts) as conflicts:
        await book_series(connection, resident, wish)
    assert list(conflicts.value.fields) == [f"{monday + timedelta(days=number)}" for number in (2, 3)]
    assert all(message.startswith("Beamer: ") for message in conflicts.value.fields.values())
    assert {one.refusal.code for one in conflicts.value.plan.conflicts if one.refusal} == {"rule-quota"}


async def test_what_is_no_equipment_of_the_space_is_refused(
    connection: Connection, place: Place, resident: Person, monday: date, projector: int
) -> None:
    elsewhere = await make_desk(connection, await make_space(connection, name="Rathaus"), "Beamer", kind="equipment")
    for wish in (
        weekly(place.desk, monday, equipment=[elsewhere]),
        weekly(place.desk, monday, equipment=[place.other_desk]),
        weekly(projector, monday, equipment=[projector]),
    ):
        with pytest.raises(EquipmentUnfit):
            await book_series(connection, resident, wish)


async def test_moving_and_cancelling_take_the_pieces_along(
    connection: Connection, place: Place, resident: Person, outsider: Person, monday: date, projector: int
) -> None:
    series, bookings = await booked_series(connection, resident, weekly(place.desk, monday, 3, equipment=[projector]))
    everything = Which(series.id, bookings[0].id, "all")
    await move_dates(connection, resident, everything, Move(time(10), time(13)))  # over their own time
    assert await pieces_taken(connection) == ["30.08. 10:00", "06.09. 10:00", "13.09. 10:00"]
    await make_booking(connection, outsider, projector, period_on(monday + WEEK, "15:00", "16:00"))
    with pytest.raises(MoveConflicts) as conflicts:
        await move_dates(connection, resident, everything, Move(time(14), time(17)))
    assert list(conflicts.value.fields) == [f"{monday + WEEK}"]
    assert "Beamer" in conflicts.value.fields[f"{monday + WEEK}"]
    await cancel_dates(connection, resident, Which(series.id, bookings[1].id, "following"))
    assert await pieces_taken(connection) == ["30.08. 10:00"]
    await connection.execute("UPDATE resource SET retired_at = now() WHERE id = $1", projector)
    with pytest.raises(MoveConflicts):
        await move_dates(connection, resident, everything, Move(time(8), time(9)))


async def test_the_entry_in_the_calendar_names_a_date_without_the_piece(
    connection: Connection, place: Place, resident: Person, monday: date, projector: int
) -> None:
    series, bookings = await booked_series(connection, resident, weekly(place.desk, monday, 3, equipment=[projector]))
    assert series.event(bookings, resident.email).recurrence.changed == []  # type: ignore[union-attr]
    await connection.execute(
        "UPDATE booking SET status = 'cancelled', cancelled_at = now() WHERE part_of = $1", bookings[1].id
    )
    event = series.event(await bookings_in_series(connection, series.id), resident.email)
    assert event.summary == "Alte Schule: Tisch 1, Beamer"
    [without] = event.recurrence.changed  # type: ignore[union-attr]
    assert without.summary == "Alte Schule: Tisch 1"
