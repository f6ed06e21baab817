"""A change that hits bookings shows them first, and does with each what the host chose."""

import re
from typing import Any

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.notifications.mail import OutboxRow, compose
from landbooking.settings import Settings
from support.hosting import Place
from support.people import make_person
from support.spaces import day_after, make_booking, period_on

DAY = day_after(5)


def closing(place: Place) -> tuple[str, dict[str, Any]]:
    return f"/host/spaces/{place.space_id}/closures", {"first": str(DAY), "reason": "Kerwe"}


def blacking_out(place: Place) -> tuple[str, dict[str, Any]]:
    form = {"resource": "all", "first": str(DAY), "from": "08:00", "to": "18:00", "reason": "Fenster wird repariert"}
    return f"/host/spaces/{place.space_id}/blackouts/new", form


def retiring(place: Place) -> tuple[str, dict[str, Any]]:
    return f"/host/spaces/{place.space_id}/resources/{place.desk}/retirement", {}


def shortening(place: Place) -> tuple[str, dict[str, Any]]:
    hours = {f"{end}-{day}-0": clock for day in range(1, 8) for end, clock in (("opens", "13:00"), ("closes", "18:00"))}
    return f"/host/spaces/{place.space_id}/hours", {**hours, "open_on_public_holidays": "1"}


CHANGES = [closing, blacking_out, retiring, shortening]
DONE = {
    closing: "SELECT count(*) FROM closure",
    blacking_out: "SELECT count(*) FROM blackout",
    retiring: "SELECT count(*) FROM resource WHERE retired_at IS NOT NULL",
    shortening: "SELECT count(*) FROM opening_hours WHERE opens = 780",
}


async def status(connection: Connection, booking_id: int) -> Any:
    return await connection.fetchval("SELECT status FROM booking WHERE id = $1", booking_id)


async def mails(connection: Connection) -> list[Any]:
    return await connection.fetch("SELECT * FROM outbox WHERE template LIKE '%cancellation_by_host' ORDER BY id")


def seen_in(answer: httpx.Response) -> str:
    matched = re.search(r'name="seen" value="([^"]*)"', answer.text)
    assert matched, answer.text
    return matched[1]


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_that_hits_nobody_is_simply_made(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, change: Any
) -> None:
    path, form = change(place)
    assert (await hosting.post(path, data=form)).status_code == 303
    assert await connection.fetchval(DONE[change]) > 0


@pytest.mark.parametrize("change", CHANGES)
async def test_whom_it_hits_is_shown_first_and_nothing_is_chosen_or_changed(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person, change: Any
) -> None:
    booking_id = await make_booking(connection, resident, place.desk, period_on(DAY))
    path, form = change(place)
    answer = await hosting.post(path, data=form)
    assert answer.status_code == 200
    assert seen_in(answer) == f"{booking_id}:1"
    assert "anwohnerin@example.org" in answer.text
    assert "Tisch 1" in answer.text
    assert " checked" not in answer.text
    for name, value in form.items():
        assert f'<input type="hidden" name="{name}" value="{value}">' in answer.text
    assert await connection.fetchval(DONE[change]) == 0
    assert await status(connection, booking_id) == "confirmed"


@pytest.mark.parametrize("change", CHANGES)
async def test_each_booking_is_kept_or_cancelled_as_chosen(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person, change: Any
) -> None:
    english = await make_person(connection, "intern@example.org", language="en")
    kept = await make_booking(connection, resident, place.desk, period_on(DAY, "08:00", "09:00"))
    cancelled = await make_booking(connection, english, place.desk, period_on(DAY, "10:00", "11:00"))
    path, form = change(place)
    seen = seen_in(await hosting.post(path, data=form))
    decision = {f"choice-{kept}": "keep", f"choice-{cancelled}": "cancel", "message": "Das Dach\nist undicht."}
    answer = await hosting.post(path, data={**form, "seen": seen, **decision})
    assert answer.status_code == 303
    assert await connection.fetchval(DONE[change]) > 0
    assert await status(connection, kept) == "confirmed"
    [row] = await connection.fetch("SELECT status, version, cancelled_by FROM booking WHERE id = $1", cancelled)
    assert tuple(row) == ("cancelled", 2, place.host.id)
    [mail] = await mails(connection)
    assert (mail["recipient"], mail["language"]) == ("intern@example.org", "en")
    assert mail["context"]["reason"] == "Das Dach\nist undicht."
    assert mail["context"]["event"]["method"] == "CANCEL"


async def test_the_mail_of_a_cancellation_can_be_written(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person, settings: Settings
) -> None:
    booking_id = await make_booking(connection, resident, place.desk, period_on(DAY))
    path, form = closing(place)
    decision = {"seen": f"{booking_id}:1", f"choice-{booking_id}": "cancel", "message": "Das Dach <ist> undicht."}
    assert (await hosting.post(path, data={**form, **decision})).status_code == 303
    [mail] = await mails(connection)
    names = ("id", "recipient", "language", "template", "context", "attempts")
    message = compose(settings, OutboxRow(**{name: mail[name] for name in names}))
    parts = {part.get_content_type(): part.get_content() for part in message.walk() if not part.is_multipart()}
    assert "Das Dach <ist> undicht." in parts["text/plain"]
    assert "Das Dach &lt;ist&gt; undicht." in parts["text/html"]
    assert "METHOD:CANCEL" in parts["text/calendar"]
    assert message["Subject"] == "Ihre Buchung musste abgesagt werden"


async def test_a_reminder_of_a_cancelled_booking_is_withdrawn(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    booking_id = await make_booking(connection, resident, place.desk, period_on(DAY))
    await connection.execute(
        """INSERT INTO outbox (dedupe_key, topic, recipient, language, template, context, due_at, attempt_at)
           VALUES ('r', $1, 'a@b.de', 'de', 'spaces/emails/reminder', '{}', now() + interval '1 day', now())""",
        f"booking:{booking_id}",
    )
    path, form = closing(place)
    await hosting.post(path, data={**form, "seen": f"{booking_id}:1", f"choice-{booking_id}": "cancel"})
    assert await connection.fetchval("SELECT withdrawn_at IS NOT NULL FROM outbox WHERE dedupe_key = 'r'")


@pytest.mark.parametrize("change", CHANGES)
async def test_a_missing_choice_is_asked_for_again_and_the_others_are_kept(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person, change: Any
) -> None:
    first = await make_booking(connection, resident, place.desk, period_on(DAY, "08:00", "09:00"))
    second = await make_booking(connection, resident, place.desk, period_on(DAY, "10:00", "11:00"))
    path, form = change(place)
    decision = {"seen": f"{first}:1,{second}:1", f"choice-{first}": "cancel", "message": "Leider"}
    answer = await hosting.post(path, data={**form, **decision})
    assert answer.status_code == 422
    assert f'href="#field-choice-{second}"' in answer.text
    assert f'href="#field-choice-{first}"' not in answer.text
    assert answer.text.count(" checked") == 1
    assert "Leider" in answer.text
    assert await status(connection, first) == "confirmed"
    assert await connection.fetchval(DONE[change]) == 0


@pytest.mark.parametrize("change", CHANGES)
async def test_what_changed_meanwhile_is_shown_again(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person, change: Any
) -> None:
    booking_id = await make_booking(connection, resident, place.desk, period_on(DAY, "08:00", "09:00"))
    path, form = change(place)
    seen = seen_in(await hosting.post(path, data=form))
    newcomer = await make_booking(connection, resident, place.desk, period_on(DAY, "10:00", "11:00"))
    answer = await hosting.post(path, data={**form, "seen": seen, f"choice-{booking_id}": "cancel"})
    assert answer.status_code == 409
    assert "Inzwischen hat sich bei den Buchungen etwas geändert" in answer.text
    assert seen_in(answer) == f"{booking_id}:1,{newcomer}:1"
    assert f'id="field-choice-{booking_id}-2" name="choice-{booking_id}" value="cancel" checked' in answer.text
    assert await status(connection, booking_id) == "confirmed"
    assert await connection.fetchval(DONE[change]) == 0


async def test_a_moved_booking_has_changed_too(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    booking_id = await make_booking(connection, resident, place.desk, period_on(DAY))
    await connection.execute("UPDATE booking SET version = 2 WHERE id = $1", booking_id)
    path, form = closing(place)
    answer = await hosting.post(path, data={**form, "seen": f"{booking_id}:1", f"choice-{booking_id}": "cancel"})
    assert answer.status_code == 409


async def test_one_choice_for_all_counts_where_none_is_made(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    clocks = [("08:00", "09:00"), ("09:00", "10:00"), ("10:00", "11:00"), ("11:00", "12:00")]
    ids = [await make_booking(connection, resident, place.desk, period_on(DAY, *clock)) for clock in clocks]
    path, form = closing(place)
    shown = await hosting.post(path, data=form)
    assert 'name="rest"' in shown.text
    answer = await hosting.post(
        path, data={**form, "seen": seen_in(shown), "rest": "cancel", f"choice-{ids[0]}": "keep"}
    )
    assert answer.status_code == 303
    assert [await status(connection, one) for one in ids] == ["confirmed", "cancelled", "cancelled", "cancelled"]


@pytest.mark.parametrize(
    "nonsense",
    [
        {"message": "x" * 1001},
        {"message": "a\x00b"},
        {"choice": "burn"},
        {"choice": ""},
    ],
)
async def test_nonsense_in_a_decision_changes_nothing(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person, nonsense: dict[str, str]
) -> None:
    booking_id = await make_booking(connection, resident, place.desk, period_on(DAY))
    path, form = closing(place)
    decision = {"seen": f"{booking_id}:1", f"choice-{booking_id}": nonsense.get("choice", "cancel")}
    answer = await hosting.post(path, data={**form, **decision, "message": nonsense.get("message", "")})
    assert answer.status_code == 422
    assert await status(connection, booking_id) == "confirmed"


async def test_a_forged_list_is_a_changed_list(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    booking_id = await make_booking(connection, resident, place.desk, period_on(DAY))
    path, form = closing(place)
    for seen in ("", ":::,,", f"{booking_id}", "9" * 6000, f"{booking_id}:1,1:1", "á:1"):
        answer = await hosting.post(path, data={**form, "seen": seen, "rest": "cancel"})
        assert answer.status_code in (200, 409)
    assert await status(connection, booking_id) == "confirmed"


async def test_the_change_itself_can_be_revised(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    booking_id = await make_booking(connection, resident, place.desk, period_on(DAY))
    for change in (closing, blacking_out, shortening):
        path, form = change(place)
        decision = {"seen": f"{booking_id}:1", f"choice-{booking_id}": "cancel", "revise": "1"}
        answer = await hosting.post(path, data={**form, **decision})
        assert answer.status_code == 200
        assert "Diese Buchungen liegen" not in answer.text
        for name, value in form.items():
            assert f'name="{name}" value="{value}"' in answer.text
    assert await status(connection, booking_id) == "confirmed"


async def test_a_kept_exception_is_not_asked_about_twice(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    booking_id = await make_booking(connection, resident, place.desk, period_on(DAY))
    path, form = closing(place)
    await hosting.post(path, data={**form, "seen": f"{booking_id}:1", f"choice-{booking_id}": "keep"})
    path, form = shortening(place)
    assert (await hosting.post(path, data=form)).status_code == 303


async def test_past_bookings_are_let_be(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    await make_booking(connection, resident, place.desk, period_on(day_after(-3)))
    path, form = retiring(place)
    assert (await hosting.post(path, data=form)).status_code == 303


async def test_public_holidays_are_a_change_of_hours(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    await connection.execute("UPDATE opening_hours SET opens = 480, closes = 1080 WHERE space_id = $1", place.space_id)
    year = day_after(0).year + 1
    booking_id = await make_booking(connection, resident, place.desk, period_on(day_after(0).replace(year, 5, 1)))
    hours = {f"{end}-{day}-0": clock for day in range(1, 8) for end, clock in (("opens", "08:00"), ("closes", "18:00"))}
    answer = await hosting.post(f"/host/spaces/{place.space_id}/hours", data=hours)
    assert seen_in(answer) == f"{booking_id}:1"


async def test_a_host_cancels_one_booking_and_says_why(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    booking_id = await make_booking(connection, resident, place.desk, period_on(DAY))
    path = f"/host/spaces/{place.space_id}/bookings/{booking_id}/cancellation"
    seen = seen_in(await hosting.post(path))
    answer = await hosting.post(path, data={"seen": seen, f"choice-{booking_id}": "cancel", "message": "Wasserschaden"})
    assert answer.status_code == 303
    assert await status(connection, booking_id) == "cancelled"
    assert len(await mails(connection)) == 1


async def test_an_erased_account_gets_no_mail(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    booking_id = await make_booking(connection, resident, place.desk, period_on(DAY))
    await connection.execute("UPDATE booking SET person_id = NULL WHERE id = $1", booking_id)
    path, form = closing(place)
    shown = await hosting.post(path, data=form)
    assert "gelöschtes Konto" in shown.text
    await hosting.post(path, data={**form, "seen": seen_in(shown), f"choice-{booking_id}": "cancel"})
    assert await status(connection, booking_id) == "cancelled"
    assert await mails(connection) == []
