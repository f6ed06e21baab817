"""The mail server refuses, hangs, answers 4xx and 5xx: nothing is lost, nothing doubled, the order kept."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from landbooking.database import Pool
from landbooking.notifications.delivery import FIRST_PAUSE, LANES, deliver_due
from landbooking.settings import Settings
from support.mail_server import ACCEPTED, MailServer, answering, mail_server, silent_server
from support.outbox import ADDRESS, code_mail, let_the_pause_pass, put, row, to
from support.servers import free_port, until


@pytest.fixture
async def mails() -> AsyncIterator[MailServer]:
    async with mail_server() as mails:
        yield mails


async def test_a_mail_is_sent_once_and_its_context_wiped(pool: Pool, settings: Settings, mails: MailServer) -> None:
    await put(pool, code_mail(1), code_mail(1))
    assert await deliver_due(pool, to(settings, mails.url)) == 1
    assert await deliver_due(pool, to(settings, mails.url)) == 0
    assert [message["To"] for message in mails.kept] == [ADDRESS]
    sent = await row(pool)
    assert sent["sent_at"]
    assert sent["context"] == {}


async def test_refused_connections_are_tried_again_with_growing_pauses(pool: Pool, settings: Settings) -> None:
    port = free_port()
    await put(pool, code_mail(1))
    for attempt in range(1, 15):
        assert await deliver_due(pool, to(settings, f"smtp://127.0.0.1:{port}")) == 0
        failed = await row(pool)
        expected = timedelta(seconds=min(FIRST_PAUSE * 2 ** (attempt - 1), 600))
        assert expected - timedelta(seconds=5) < failed["pause"] <= expected
        assert (failed["attempts"], failed["failed_at"]) == (attempt, None)
        assert await deliver_due(pool, to(settings, f"smtp://127.0.0.1:{port}")) == 0  # not before the pause is over
        assert (await row(pool))["attempts"] == attempt
        await let_the_pause_pass(pool)
    async with mail_server(port) as mails:
        assert await deliver_due(pool, to(settings, mails.url)) == 1
        assert len(mails.kept) == 1
    assert (await row(pool))["last_error"] is None


async def test_the_pause_of_a_mail_that_was_tried_very_often(pool: Pool, settings: Settings) -> None:
    await put(pool, code_mail(1))
    await pool.execute("UPDATE outbox SET attempts = 5000")
    assert await deliver_due(pool, settings) == 0
    failed = await row(pool)
    assert failed["failed_at"] is None
    assert timedelta(minutes=9) < failed["pause"] <= timedelta(minutes=10)


async def test_a_mail_is_given_up_after_three_days(pool: Pool, settings: Settings) -> None:
    """Counted from when it was due: a reminder may have been written weeks before."""
    await put(pool, code_mail(1), code_mail(2), code_mail(3))
    change = "UPDATE outbox SET created_at = now() - $2::interval, due_at = now() - $3::interval WHERE dedupe_key = $1"
    for number, written, due in ((1, 73, 73), (2, 71, 71), (3, 500, 71)):
        await pool.execute(change, f"mail:{number}", timedelta(hours=written), timedelta(hours=due))
    assert await deliver_due(pool, settings) == 0
    assert [(await row(pool, number))["failed_at"] is not None for number in (1, 2, 3)] == [True, False, False]


async def test_a_server_that_never_speaks_is_left_and_tried_again(pool: Pool, settings: Settings) -> None:
    await put(pool, code_mail(1))
    async with silent_server() as url:
        assert await deliver_due(pool, to(settings, url, timeout=0.2)) == 0
    failed = await row(pool)
    assert failed["failed_at"] is None
    assert "imeout" in failed["last_error"]


async def test_a_server_that_hangs_after_the_text_is_left(pool: Pool, settings: Settings, mails: MailServer) -> None:
    """It may have taken the mail; nobody can know. The Message-ID tells the two apart from two different ones."""

    async def hang(message: object) -> str:
        await asyncio.sleep(3600)
        return ACCEPTED

    await put(pool, code_mail(1))
    mails.answer = hang
    assert await deliver_due(pool, to(settings, mails.url, timeout=0.5)) == 0
    mails.answer = mails.accept
    await let_the_pause_pass(pool)
    assert await deliver_due(pool, to(settings, mails.url)) == 1
    assert len({message["Message-ID"] for message in mails.seen}) == 1
    assert len(mails.kept) == 1


async def test_one_that_hangs_does_not_stop_the_others(pool: Pool, settings: Settings, mails: MailServer) -> None:
    go_on = asyncio.Event()

    async def hang_for_one(message: object) -> str:
        if "000001" in str(message):
            await go_on.wait()
        return ACCEPTED

    await put(pool, *(code_mail(number) for number in range(1, 6)))
    mails.answer = hang_for_one
    delivering = asyncio.create_task(deliver_due(pool, to(settings, mails.url)))
    await until(lambda: mails.has(4))
    go_on.set()
    assert await delivering == 5


@pytest.mark.parametrize("answer", ["450 later", "452 full", "421 too busy"])
async def test_4xx_is_tried_again(pool: Pool, settings: Settings, mails: MailServer, answer: str) -> None:
    await put(pool, code_mail(1))
    mails.answer = answering(answer)
    assert await deliver_due(pool, to(settings, mails.url)) == 0
    assert (await row(pool))["failed_at"] is None
    await let_the_pause_pass(pool)
    assert await deliver_due(pool, to(settings, mails.url)) == 1
    assert len(mails.kept) == 1


async def test_a_recipient_refused_for_now_is_tried_again(pool: Pool, settings: Settings, mails: MailServer) -> None:
    await put(pool, code_mail(1))
    mails.recipients[ADDRESS] = "450 mailbox busy"
    assert await deliver_due(pool, to(settings, mails.url)) == 0
    mails.recipients.clear()
    await let_the_pause_pass(pool)
    assert await deliver_due(pool, to(settings, mails.url)) == 1


async def test_a_recipient_that_does_not_exist_is_given_up(pool: Pool, settings: Settings, mails: MailServer) -> None:
    await put(pool, code_mail(1), code_mail(2, recipient="andere@example.org"))
    mails.recipients[ADDRESS] = "550 no such user"
    assert await deliver_due(pool, to(settings, mails.url)) == 1
    given_up = await row(pool)
    assert given_up["failed_at"]
    assert "550" in given_up["last_error"]
    await let_the_pause_pass(pool)
    mails.recipients.clear()
    assert await deliver_due(pool, to(settings, mails.url)) == 0
    assert [message["To"] for message in mails.kept] == ["andere@example.org"]


async def test_a_text_that_is_refused_for_good_is_given_up(pool: Pool, settings: Settings, mails: MailServer) -> None:
    await put(pool, code_mail(1))
    mails.answer = answering("554 looks like spam")
    assert await deliver_due(pool, to(settings, mails.url)) == 0
    assert (await row(pool))["failed_at"]


async def test_a_wrong_password_is_our_own_fault_and_costs_no_mail(
    pool: Pool, settings: Settings, mails: MailServer, trusted_certificate: ssl.SSLContext
) -> None:
    await put(pool, code_mail(1))
    mails.password = b"right"
    mails.certificate = trusted_certificate
    host = mails.url.removeprefix("smtp://")
    assert await deliver_due(pool, to(settings, f"smtp://landbooking:wrong@{host}")) == 0
    refused = await row(pool)
    assert (refused["failed_at"], mails.seen) == (None, [])
    assert "535" in refused["last_error"]
    await let_the_pause_pass(pool)
    assert await deliver_due(pool, to(settings, f"smtp://landbooking:right@{host}")) == 1


async def test_the_password_is_not_said_where_everybody_can_hear_it(
    pool: Pool, settings: Settings, mails: MailServer
) -> None:
    """Whoever sits in between only has to leave STARTTLS out of what the server offers."""
    await put(pool, code_mail(1))
    mails.password = b"right"
    assert await deliver_due(pool, to(settings, mails.url.replace("smtp://", "smtp://landbooking:right@"))) == 0
    assert (mails.sign_ins, mails.seen) == (0, [])
    assert "STARTTLS" in (await row(pool))["last_error"]


@pytest.fixture
def trusted_certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate for 127.0.0.1 that whoever asks OpenSSL for its defaults trusts."""
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    make = ["openssl", "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    make += ["-subj", "/CN=mail.test", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    subprocess.run([*make, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context


async def test_mails_of_one_topic_leave_in_order(pool: Pool, settings: Settings, mails: MailServer) -> None:
    """The second waits for the first, even while others pass; a change never arrives before its booking."""
    await put(pool, code_mail(1, "booking:1"), code_mail(2, "booking:1"), code_mail(3, "booking:2"))
    mails.answer = answering("450 later")
    sent = 0
    while sent == 0:
        sent = await deliver_due(pool, to(settings, mails.url))
    waiting = [number for number in (1, 2, 3) if (await row(pool, number))["sent_at"] is None]
    assert waiting in ([1, 2], [3])
    for _ in range(3):
        await let_the_pause_pass(pool)
        await deliver_due(pool, to(settings, mails.url))
    order = [number for message in mails.kept for number in (1, 2) if f"{number:06}" in str(message)]
    assert order == [1, 2]
    assert len(mails.kept) == 3


async def test_a_change_fetches_its_booking_out_of_a_long_pause(
    pool: Pool, settings: Settings, mails: MailServer
) -> None:
    """The server was away for hours and is back: the change leaves at once, and its booking just before."""
    await put(pool, code_mail(1, "booking:1"), code_mail(9, "booking:9"))
    await pool.execute("UPDATE outbox SET attempts = 20")
    assert await deliver_due(pool, settings) == 0
    await put(pool, code_mail(2, "booking:1"))
    assert await deliver_due(pool, to(settings, mails.url)) == 2
    assert [number for message in mails.kept for number in (1, 2, 9) if f"{number:06}" in str(message)] == [1, 2]


async def test_a_mail_that_is_always_refused_lets_the_others_of_its_topic_pass(
    pool: Pool, settings: Settings, mails: MailServer
) -> None:
    """Not at its first failure, which may be a server that asks to come again, but soon."""

    async def refuse_the_first(message: object) -> str:
        return "452 full" if "000001" in str(message) else ACCEPTED

    mails.answer = refuse_the_first
    await put(pool, code_mail(1, "booking:1"), code_mail(2, "booking:1"))
    for attempt in range(1, 5):
        assert await deliver_due(pool, to(settings, mails.url)) == 0
        assert await deliver_due(pool, to(settings, mails.url)) == 0
        assert [(await row(pool, number))["attempts"] for number in (1, 2)] == [attempt, 0]
        await pool.execute("UPDATE outbox SET attempt_at = now() WHERE attempts > 0")
    assert await deliver_due(pool, to(settings, mails.url)) == 1
    await put(pool, code_mail(3, "booking:1"))  # the first is tried once more, and no longer waited for
    assert await deliver_due(pool, to(settings, mails.url)) == 1
    assert (await row(pool))["attempts"] == 6


async def test_all_of_a_topic_keep_their_order_through_an_outage(
    pool: Pool, settings: Settings, mails: MailServer
) -> None:
    """Also where the first, tried more often, is in a longer pause than those that came later."""
    for number in range(1, 4):
        await put(pool, code_mail(number, "booking:1"))
        for _ in range(6):
            assert await deliver_due(pool, settings) == 0
            await pool.execute(
                "UPDATE outbox SET attempt_at = now() WHERE id = (SELECT id FROM outbox ORDER BY attempt_at LIMIT 1)"
            )
    assert await deliver_due(pool, to(settings, mails.url)) > 0
    await let_the_pause_pass(pool)
    await deliver_due(pool, to(settings, mails.url))
    assert [number for message in mails.kept for number in (1, 2, 3) if f"{number:06}" in str(message)] == [1, 2, 3]


async def test_one_that_was_given_up_does_not_hold_up_its_topic(
    pool: Pool, settings: Settings, mails: MailServer
) -> None:
    await put(pool, code_mail(1, "booking:1"), code_mail(2, "booking:1"))
    mails.answer = answering("554 no")
    assert await deliver_due(pool, to(settings, mails.url)) == 1
    assert (await row(pool, 2))["sent_at"]


async def test_two_workers_send_each_mail_once(pool: Pool, settings: Settings, mails: MailServer) -> None:
    await put(pool, *(code_mail(number) for number in range(40)))
    assert sum(await asyncio.gather(*(deliver_due(pool, to(settings, mails.url)) for _ in range(2)))) == 40
    assert len({message["Message-ID"] for message in mails.seen}) == len(mails.seen) == 40


async def test_without_the_lease_both_would_send_it(pool: Pool, settings: Settings, mails: MailServer) -> None:
    """The negative control: as soon as nobody claims a row for themselves, it is sent twice."""
    await pool.execute(
        """CREATE FUNCTION no_lease() RETURNS trigger LANGUAGE plpgsql AS
               'BEGIN NEW.claimed_until := NULL; RETURN NEW; END';
           CREATE TRIGGER no_lease BEFORE UPDATE ON outbox FOR EACH ROW EXECUTE FUNCTION no_lease()"""
    )
    go_on = asyncio.Event()

    async def wait(message: object) -> str:
        await go_on.wait()
        return ACCEPTED

    mails.answer = wait
    await put(pool, code_mail(1))
    delivering = asyncio.create_task(deliver_due(pool, to(settings, mails.url)))
    await until(lambda: mails.has_seen(2))
    go_on.set()
    assert await delivering > 1


async def test_what_became_useless_is_not_sent(pool: Pool, settings: Settings, mails: MailServer) -> None:
    await put(pool, code_mail(1, "booking:1"), code_mail(2, "booking:1"))
    await pool.execute("UPDATE outbox SET useless_after = now() WHERE dedupe_key = 'mail:1'")
    assert await deliver_due(pool, to(settings, mails.url)) == 1
    assert "000002" in str(mails.kept[0])


async def test_a_mail_that_can_not_be_written_is_given_up_and_stops_nobody(
    pool: Pool, settings: Settings, mails: MailServer
) -> None:
    broken = msgspec.structs.replace(code_mail(1, "booking:1"), context={})
    await put(pool, broken, code_mail(2, "booking:1"))
    assert await deliver_due(pool, to(settings, mails.url)) == 1
    given_up = await row(pool)
    assert given_up["failed_at"]
    assert "UndefinedError" in given_up["last_error"]


async def test_there_are_never_more_under_way_than_there_are_lanes(
    pool: Pool, settings: Settings, mails: MailServer
) -> None:
    """However often delivery is begun; and a lane that hangs does not keep the others from what comes later."""
    go_on = asyncio.Event()

    async def wait(message: object) -> str:
        await go_on.wait()
        return ACCEPTED

    mails.answer = wait
    lanes = asyncio.Semaphore(LANES)
    rounds = []

    async def begin_until_seen(count: int) -> bool:
        """As the worker does every second: a round that finds all lanes looking for mail leaves it to the next."""
        rounds.append(asyncio.create_task(deliver_due(pool, to(settings, mails.url), lanes)))
        return await mails.has_seen(count)

    for number in range(LANES + 3):
        await put(pool, code_mail(number))
        await until(partial(begin_until_seen, min(number + 1, LANES)))
    assert await deliver_due(pool, to(settings, mails.url), lanes) == 0
    assert len(mails.seen) == LANES
    go_on.set()
    assert sum(await asyncio.gather(*rounds)) == LANES + 3


async def test_a_lane_that_fails_leaves_no_other_behind(pool: Pool, settings: Settings, mails: MailServer) -> None:
    """Its error comes once nothing is under way any more: only then may the pool be closed."""
    go_on = asyncio.Event()

    async def wait(message: object) -> str:
        await go_on.wait()
        return ACCEPTED

    class FailsAtOnceInAllLanesButOne:
        execute = pool.execute
        asked = 0

        async def fetchrow(self, *arguments: Any) -> Any:
            self.asked += 1
            if self.asked > 1:
                raise ConnectionResetError
            return await pool.fetchrow(*arguments)

    mails.answer = wait
    await put(pool, code_mail(1))
    failing: Any = FailsAtOnceInAllLanesButOne()
    delivering = asyncio.create_task(deliver_due(failing, to(settings, mails.url)))
    await until(lambda: mails.has_seen(1))
    assert not delivering.done()
    go_on.set()
    with pytest.raises(ConnectionResetError):
        await delivering
    assert (await row(pool))["sent_at"]
