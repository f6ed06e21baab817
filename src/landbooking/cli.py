"""The commands. What an operator types; everything it says is one clear sentence."""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, NoReturn

import asyncpg

from landbooking.database import TRY_AGAIN, Connection, prepare_connection
from landbooking.errors import Refusal
from landbooking.language import language
from landbooking.settings import Settings, SettingsError, load_settings


def main() -> None:
    arguments = _parser().parse_args()
    language.set("en")
    try:
        arguments.run(arguments)
    except SettingsError as error:
        _fail(str(error), code=2)
    except Refusal as refusal:
        _fail(refusal.message)
    except KeyboardInterrupt:
        sys.exit(130)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="landbooking", description="Desks, rides and help, booked in one place.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="start everything on this machine, with data to try it out")
    demo.add_argument("--port", type=_port, default=8000)
    demo.add_argument("--data", type=Path, default=Path(".landbooking"), metavar="DIR")
    demo.set_defaults(run=_demo)

    serve = _command(commands, "serve", _serve, "answer requests")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=_port, default=8000)

    worker = _command(commands, "worker", _worker, "send mails and reminders")
    worker.add_argument("--check", action="store_true", help="only say whether a worker runs on this machine")

    _command(commands, "migrate", _migrate, "bring the database up to date")

    token = _command(commands, "token", _token, "make an API token for a mail address")
    token.add_argument("address")
    token.add_argument("--label", default="command line")

    role = _command(commands, "role", _role, "make somebody resident, staff of a district, or operator")
    role.add_argument("address")
    role.add_argument("role", choices=["resident", "staff", "operator"])
    role.add_argument("--district", metavar="KEY", help="five digits, such as 07336; needed for staff")

    places = commands.add_parser("places", help="municipalities").add_subparsers(required=True, metavar="COMMAND")
    importing = _command(places, "import", _import_places, "add or update municipalities from a CSV file")
    importing.add_argument("file", type=Path)
    importing.add_argument("--district", metavar="NAME", help="the district's name; needed the first time")

    sample = _command(commands, "sample", _sample, "fill a database with bookings, for measurements")
    sample.add_argument("--bookings", type=int, default=1000, metavar="N")
    sample.add_argument("--tokens", type=Path, metavar="FILE", help="write API tokens there, one a line")
    return parser


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: Callable[[argparse.Namespace], None],
    help: str,
) -> argparse.ArgumentParser:
    """A command that is configured by the environment, or by a running demo's folder."""
    command = commands.add_parser(name, help=help)
    command.add_argument("--data", type=Path, metavar="DIR", help="work on the servers of the demo running there")
    command.set_defaults(run=run)
    return command


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return int(text)


def _demo(arguments: argparse.Namespace) -> None:
    from landbooking.demo.run import DemoError, run_demo

    try:
        run_demo(arguments.data, arguments.port)
    except DemoError as error:
        _fail(str(error))


def _serve(arguments: argparse.Namespace) -> None:
    from landbooking.serve import serve

    settings = _settings(arguments)
    try:
        serve(settings, arguments.host, arguments.port)
    except OSError as error:
        _fail(f"Can't listen on {arguments.host}:{arguments.port}: {error.strerror or error}.")


def _worker(arguments: argparse.Namespace) -> None:
    from landbooking.worker import is_working, work

    settings = _settings(arguments)
    if not arguments.check:
        work(settings)
    elif not is_working(settings):
        _fail("No worker on this machine has reported to Valkey lately.")


def _migrate(arguments: argparse.Namespace) -> None:
    from landbooking.migrate import MigrationError, migrate

    async def run(connection: Connection) -> None:
        try:
            applied = await migrate(connection)
        except (MigrationError, asyncpg.PostgresError) as error:
            _fail(str(error))
        print("\n".join(f"applied {name}" for name in applied) or "nothing to do: the database is up to date")

    _on_database(arguments, run)


def _token(arguments: argparse.Namespace) -> None:
    from landbooking.accounts.tokens import create_token

    async def run(connection: Connection) -> None:
        print(await create_token(connection, arguments.address, arguments.label))

    _on_database(arguments, run)


def _role(arguments: argparse.Namespace) -> None:
    from landbooking.accounts.roles import set_role

    async def run(connection: Connection) -> None:
        await set_role(connection, arguments.address, arguments.role, arguments.district)
        print(f"{arguments.address} is now {arguments.role}.")

    _on_database(arguments, run)


def _import_places(arguments: argparse.Namespace) -> None:
    from landbooking.places.importing import import_municipalities
    from landbooking.places.municipality_file import ImportRefused

    async def run(connection: Connection) -> None:
        try:
            imported = await import_municipalities(connection, arguments.file.read_bytes(), arguments.district)
        except OSError as error:
            _fail(f"{arguments.file} can't be read: {error.strerror}.")
        except ImportRefused as error:
            _fail(str(error))
        print(f"{imported.added} added, {imported.updated} updated, {imported.unchanged} unchanged")

    _on_database(arguments, run)


def _sample(arguments: argparse.Namespace) -> None:
    from landbooking.demo.sample import make_sample

    async def run(connection: Connection) -> None:
        async with connection.transaction():  # where the tokens can't be written, nothing was made
            tokens = await make_sample(connection, arguments.bookings)
            if arguments.tokens:
                _write_privately(arguments.tokens, "\n".join(tokens) + "\n")
        print(f"{arguments.bookings} bookings; {len(tokens)} tokens")

    _on_database(arguments, run)


def _write_privately(path: Path, text: str) -> None:
    """A new file that only we can read, for secrets."""
    try:
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
    except OSError as error:
        _fail(f"{path} can't be written: {error.strerror}.")


def _settings(arguments: argparse.Namespace) -> Settings:
    """From the environment, or those of the demo that runs on `--data DIR`."""
    if arguments.data is None:
        return load_settings(os.environ)
    from landbooking.demo.run import DemoError, settings_of_demo

    try:
        return settings_of_demo(arguments.data)
    except DemoError as error:
        _fail(str(error))


def _on_database(arguments: argparse.Namespace, run: Callable[[Connection], Coroutine[Any, Any, None]]) -> None:
    async def connect_and_run() -> None:
        connection = await asyncpg.connect(_settings(arguments).database_url, timeout=10)
        try:
            await prepare_connection(connection)
            await run(connection)
        finally:
            await connection.close()

    try:
        asyncio.run(connect_and_run())
    except (
        *TRY_AGAIN,
        asyncpg.InvalidAuthorizationSpecificationError,
        asyncpg.InvalidCatalogNameError,
        OSError,
    ) as error:
        _fail(f"The database can't be reached: {error}.")
    except asyncpg.UndefinedTableError:
        _fail("The database is empty or too old: run `landbooking migrate` first.")


def _fail(sentence: str, code: int = 1) -> NoReturn:
    print(f"landbooking: {sentence}", file=sys.stderr)
    sys.exit(code)
