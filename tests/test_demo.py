"""`landbooking demo` as a person starts it: what it says, how it stops, and what survives."""

import asyncio
import os
import re
import signal
import socket
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from support.project import ROOT
from support.servers import Process, command, free_port, open_folder, processes_on, until
from support.spaces import day_after, period_on

pytestmark = pytest.mark.xdist_group("servers")


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """One folder for all these tests: every start but the first finds the data of those before."""
    with open_folder() as folder:
        yield folder
        assert processes_on(folder) == []


@asynccontextmanager
async def demo(data: Path) -> AsyncIterator[tuple[Process, str]]:
    """A running demo and its address."""
    port = free_port()
    async with command("demo", "--port", str(port), "--data", str(data)) as process:
        await process.says("Stop with Ctrl-C")
        try:
            yield process, f"http://127.0.0.1:{port}"
        finally:
            await process.stop()


async def run(*arguments: str) -> tuple[int, str]:
    """Exit code and output of a command that ends by itself."""
    async with command(*arguments) as process:
        await process.process.wait()
        assert process.process.returncode is not None
        return process.process.returncode, process.output


def is_one_sentence(output: str) -> bool:
    return len(output.strip().splitlines()) == 1 and "Traceback" not in output


async def test_it_says_where_it_is_who_one_may_be_and_where_the_mails_are(home: Path) -> None:
    async with demo(home / "data") as (process, address):
        for said in ("Starting PostgreSQL and Valkey", "Applying migrations", f"landbooking is ready: {address}"):
            assert said in process.output
        for who in ("anwohnerin@", "gastgeberin@", "kreis@", "betrieb@"):
            assert f"{who}landbooking.example" in process.output
        assert f"Mails: {address}/demo/mail" in process.output
        async with httpx.AsyncClient(base_url=address, follow_redirects=True) as client:
            assert (await client.get("/health/ready")).status_code == 200
            assert "Co-Working" in (await client.get("/api/v1/spaces")).text
            answer = await client.post("/sign-in", data={"email": "anwohnerin@landbooking.example"})
            assert answer.status_code == 200

            async def mail_came() -> bool:
                return "anwohnerin@landbooking.example" in (await client.get("/demo/mail")).text

            await until(mail_came)
        assert await process.stop() == 0
        assert process.output.strip().endswith("Stopped.")


async def test_the_mails_are_shown_in_the_demo_only(client: httpx.AsyncClient) -> None:
    for path in ("/demo/mail", "/de/demo/mail", "/demo/mail/1234567890123456789.eml/0"):
        assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT])
async def test_it_leaves_no_process_behind(home: Path, kind: signal.Signals) -> None:
    async with demo(home / "data") as (process, _address):
        assert processes_on(home / "data") != []
        assert await process.stop(kind) == 0
        assert "Traceback" not in process.output
    assert processes_on(home / "data") == []


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("said", ["Starting PostgreSQL", "Applying migrations", "Starting web"])
async def test_it_stops_in_order_while_it_still_starts(home: Path, kind: signal.Signals, said: str) -> None:
    async with command("demo", "--port", str(free_port()), "--data", str(home / "data")) as process:
        await process.says(said)
        assert (await process.stop(kind), "Traceback" in process.output) == (0, False), process.output
    assert processes_on(home / "data") == []


BROKEN = """
import sys
import landbooking.demo.run as demo
from landbooking.cli import main

async def broken(_):
    raise ConnectionResetError("as if by chance")

demo.{part} = broken
sys.argv = ["landbooking", "demo", *sys.argv[1:]]
main()
"""


@pytest.mark.parametrize(("name", "part"), [("worker", "run_worker"), ("web", "_Server.main_loop")])
async def test_what_ends_by_itself_is_no_ordinary_end(home: Path, name: str, part: str) -> None:
    arguments = ["--port", str(free_port()), "--data", str(home / "data")]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", BROKEN.format(part=part), *arguments, stdout=PIPE, stderr=PIPE
    )
    said, errors = await process.communicate()
    assert process.returncode == 1
    assert b"Stopped." not in said
    assert f"landbooking: The {name} of the demo ended unexpectedly (ConnectionResetError)" in errors.decode()
    assert "as if by chance" in errors.decode()  # the cause, in the log
    assert processes_on(home / "data") == []


async def test_after_a_kill_it_starts_again_and_has_every_booking(home: Path) -> None:
    async with demo(home / "data") as (process, address):
        code, token = await run("token", "anwohnerin@landbooking.example", "--data", str(home / "data"))
        assert (code, token[:3]) == (0, "lb_")
        headers = {"Authorization": f"Bearer {token.strip()}"}
        async with httpx.AsyncClient(base_url=address, headers=headers) as client:
            booked = await client.post("/api/v1/bookings", json=await something_free(client))
            assert booked.status_code == 201, booked.text
        await process.kill()
    async with demo(home / "data") as (_process, address), httpx.AsyncClient(base_url=address) as client:
        again = await client.get(f"/api/v1/bookings/{booked.json()['id']}", headers=headers)
        assert again.json() == booked.json()


async def something_free(client: httpx.AsyncClient) -> dict[str, object]:
    """The first desk that is free on a morning of the coming days, whichever of them is a Sunday or a holiday."""
    for number in range(2, 12):
        period = period_on(day_after(number), "10:00", "11:00")
        asked = {"start": period.start.isoformat(), "end": period.end.isoformat()}
        if free := (await client.get("/api/v1/free", params=asked)).json()["items"]:
            return {"resource_id": free[0]["id"], **asked}
    raise AssertionError("nothing is free in ten days")


async def test_other_commands_work_on_its_servers(home: Path) -> None:
    data = ["--data", str(home / "data")]
    async with demo(home / "data"):
        assert await run("migrate", *data) == (0, "nothing to do: the database is up to date\n")
        code, said = await run("role", "praktikant@landbooking.example", "operator", *data)
        assert code in (0, 1)
        assert is_one_sentence(said)
        code, token = await run("token", "praktikant@landbooking.example", *data)
        assert code == 0
        assert re.fullmatch(r"lb_[\w-]{43}\n", token)
        code, said = await run("role", "praktikant@landbooking.example", "staff", "--district", "07336", *data)
        assert (code, said) == (0, "praktikant@landbooking.example is now staff.\n")
        facts = ROOT / "src/landbooking/demo/municipalities.csv"
        assert await run("places", "import", str(facts), *data) == (0, "0 added, 0 updated, 98 unchanged\n")
    code, said = await run("token", "praktikant@landbooking.example", *data)
    assert code == 1
    assert is_one_sentence(said)
    assert "landbooking demo --data" in said


async def test_a_second_one_on_the_same_data_is_refused_and_harms_nothing(home: Path) -> None:
    async with demo(home / "data") as (_process, address):
        code, said = await run("demo", "--port", str(free_port()), "--data", str(home / "data"))
        assert code == 1
        assert said.splitlines()[-1].startswith("landbooking: Another running landbooking uses the data")
        assert "Traceback" not in said
        async with httpx.AsyncClient(base_url=address) as client:
            assert (await client.get("/health/ready")).status_code == 200
        assert (await run("migrate", "--data", str(home / "data")))[0] == 0


async def test_a_taken_port_is_named(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = await run("demo", "--port", str(port), "--data", str(home / "other"))
    assert code == 1
    assert is_one_sentence(said)
    assert f"Port {port} can't be used" in said
    assert not (home / "other").exists()


async def test_an_unwritable_folder_is_named(home: Path) -> None:
    place = home / "file" / "below"
    (home / "file").touch()  # root may write everywhere, but nobody writes below a file
    code, said = await run("demo", "--port", str(free_port()), "--data", str(place))
    assert code == 1
    assert is_one_sentence(said)
    assert f"The folder {place} can't be written to" in said


async def test_secrets_of_the_demo_are_its_owners(home: Path) -> None:
    async with demo(home / "data"):
        for name in ("secret", "settings.json"):
            status = (home / "data" / name).stat()
            assert (status.st_mode & 0o077, status.st_uid) == (0, os.geteuid())
    assert not (home / "data" / "settings.json").exists()


async def test_a_database_that_is_away_is_one_sentence() -> None:
    environ = {
        "LANDBOOKING_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "LANDBOOKING_REDIS_URL": "redis://127.0.0.1:1",
        "LANDBOOKING_SMTP_URL": "smtp://127.0.0.1:1",
        "LANDBOOKING_BASE_URL": "http://localhost",
        "LANDBOOKING_SECRET": "x" * 32,
        "LANDBOOKING_MAIL_FROM": "a@example.org",
        "LANDBOOKING_OPERATOR": "Kreis",
        "LANDBOOKING_CONTACT": "a@example.org",
    }
    async with command("migrate", environ=environ) as process:
        assert await process.process.wait() == 1
        assert is_one_sentence(process.output)
        assert "The database can't be reached" in process.output
