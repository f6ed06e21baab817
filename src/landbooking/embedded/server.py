"""One server of our own: started, awaited, stopped, and found again after its starter died."""

import fcntl
import importlib.util
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import IO, ClassVar

from landbooking.embedded import account as accounts
from landbooking.embedded.errors import EmbeddedError
from landbooking.embedded.processes import PAUSE, command_line, environment, processes_of

_LONGEST_SOCKET = 107  # bytes; unix(7): sun_path has 108 with the closing zero
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-")


class Server(ABC):
    """A server on the folder `data/<name>`, logging to `data/<name>.log`, listening on a unix socket only.

    Its files: `<name>` (or a link to where the account can reach it), `<name>.log`, `<name>.lock`, and, where `<name>`
    is no good for a socket, `<name>.socket`, a link to the folder that is.
    """

    name: ClassVar[str]
    package: ClassVar[str]
    socket_name: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]

    def __init__(self, data: Path) -> None:
        self.data = data.absolute()
        self._account = accounts.server_account()
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[bytes] | None = None

    @property
    def folder(self) -> Path:
        return (self.data / self.name).resolve()

    @property
    def socket_folder(self) -> Path:
        link = self.data / f"{self.name}.socket"
        return link.readlink() if link.is_symlink() else self.folder

    @property
    def pid(self) -> int | None:
        """The running server's process id; None before start and after stop."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Starts the server and returns when it answers; one that an earlier, killed run left behind is stopped before.

        Raises EmbeddedError where the folder is unwritable or in use, the program is missing, or the server fails.
        """
        if self._process and self._process.poll() is None:
            return
        if sys.platform != "linux":
            raise EmbeddedError("The demo's own servers run on Linux only: use a PostgreSQL and a Valkey of your own.")
        self.stop()
        with self._clear_errors():
            self.data.mkdir(parents=True, exist_ok=True)
            self._lock = self._take_lock()
            try:
                self._end_left_behind()
                self._prepare(self._site)
                command = self._command(self._site)
                with _told_afterwards():
                    self._process = self._launch(command)
                self._await_ready()
            except BaseException:  # Ctrl-C while we wait as well: nothing may be left running
                self.stop()
                raise

    def stop(self) -> None:
        """Stops the server in order and waits until it is gone; does nothing where none runs."""
        if self._process:
            for kind, patience in ((self.stop_signal, 30), (signal.SIGQUIT, 5), (signal.SIGKILL, None)):
                self._process.send_signal(kind)
                try:
                    self._process.wait(patience)
                    break
                except subprocess.TimeoutExpired:
                    continue
            self._process = None
            self._end_left_behind()
        if self._lock:
            self._remove_socket_folder()
            self._lock.close()
            self._lock = None

    @abstractmethod
    def _owns(self, command: Sequence[str]) -> bool:
        """Whether a process of this command line belongs to the server on this very folder."""

    @abstractmethod
    def _leads(self, command: Sequence[str]) -> bool:
        """Whether it is the server itself, not a child of it."""

    @abstractmethod
    def _prepare(self, site: Path) -> None: ...

    @abstractmethod
    def _command(self, site: Path) -> list[str]: ...

    @abstractmethod
    def _ready(self, pid: int) -> bool: ...

    @property
    @abstractmethod
    def _parts(self) -> Sequence[str]:
        """The folders in site-packages that the program needs."""

    def _take_lock(self) -> IO[bytes]:
        lock = (self.data / f"{self.name}.lock").open("wb")
        try:
            # Of the POSIX kind: it ends with our process, even where a forked child of ours lives on.
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise EmbeddedError(
                f"Another running landbooking uses the data in {self.data}: stop it first or choose another folder."
            ) from None
        return lock

    @cached_property
    def _site(self) -> Path:
        # find_spec does not import the package: its Python layer changes modes and creates system users.
        spec = importlib.util.find_spec(self.package)
        site = Path(spec.submodule_search_locations[0]).parent if spec and spec.submodule_search_locations else None
        if site is None or not all((site / part).is_dir() for part in self._parts):
            raise EmbeddedError(
                f"The package {self.package.replace('_', '-')} for this system is missing: "
                "pip install 'landbooking[demo]'"
            )
        return accounts.runnable(site, self._parts, self._account)

    def _end_left_behind(self) -> None:
        """Ends processes that still serve our folder. We hold the lock, so whoever started them is dead.

        They are known by their command line and account, never by a number in a file: numbers get reused.
        """
        # Only the server itself is asked: a child of PostgreSQL reads the same signals differently. Children whose
        # server was killed cannot end in order any more.
        stages = ((self.stop_signal, 20.0), (signal.SIGQUIT, 3.0), (signal.SIGKILL, 3.0), (signal.SIGKILL, 3.0))
        for kind, patience in stages:
            end = time.monotonic() + patience
            pids = self._left_behind()
            servers = [pid for pid in pids if self._leads(command_line(pid))]
            for pid in servers or pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, kind if servers else signal.SIGKILL)
            while pids and time.monotonic() < end:
                time.sleep(PAUSE)
                pids = self._left_behind()
            if not pids:
                return
        raise EmbeddedError(f"A process of an earlier run still uses {self.folder} and cannot be ended.")

    def _left_behind(self) -> list[int]:
        return [pid for pid in processes_of(self._account.uid) if self._owns(command_line(pid))]

    def _check_owner(self) -> None:
        if self.folder.stat().st_uid != self._account.uid:
            raise EmbeddedError(
                f"The folder {self.data / self.name} belongs to another account: "
                "start landbooking as the user who created it, or choose another folder."
            )

    def _make_socket_folder(self) -> None:
        """The server's folder or another: socket paths are short, and DSNs read some characters in their own way."""
        self._remove_socket_folder()
        if _fits(self.folder / self.socket_name):
            return
        base = Path(tempfile.gettempdir())
        if self._account.lent:
            base = accounts.state_folder()
        elif not _fits(base / f"{self.name}-12345678" / self.socket_name):
            base = Path("/tmp")  # noqa: S108 - mkdtemp makes a private folder in it
        folder = tempfile.mkdtemp(prefix=f"{self.name}-", dir=base)
        os.chown(folder, self._account.uid, self._account.gid)
        (self.data / f"{self.name}.socket").symlink_to(folder)

    def _remove_socket_folder(self) -> None:
        """Removes the link and what we know to lie behind it, no more: a link may have been changed since."""
        link = self.data / f"{self.name}.socket"
        if not link.is_symlink():
            return
        folder = link.readlink()
        link.unlink()
        try:
            for file in (self.socket_name, f"{self.socket_name}.lock"):
                (folder / file).unlink(missing_ok=True)
            folder.rmdir()
        except OSError:
            return  # cleaned away already, or not ours any more

    def _launch(self, command: list[str]) -> subprocess.Popen[bytes]:
        with (self.data / f"{self.name}.log").open("wb") as log:
            return subprocess.Popen(  # noqa: S603 - our own program and arguments
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=environment(),
                start_new_session=True,  # Ctrl-C reaches the terminal's processes; this one is stopped by us, in order
                **self._account.identity(),
            )

    def _await_ready(self, patience: float = 60.0) -> None:
        process = self._process
        end = time.monotonic() + patience
        while process and not self._ready(process.pid):
            if process.poll() is not None:
                raise EmbeddedError(f"{self.name} did not start. {self._last_words()}")
            if time.monotonic() > end:
                raise EmbeddedError(f"{self.name} did not answer within {patience:.0f} s. {self._last_words()}")
            time.sleep(PAUSE)

    def _last_words(self) -> str:
        log = self.data / f"{self.name}.log"
        lines = log.read_text(errors="replace").splitlines()[-5:]
        return "\n".join([f"The end of {log}:", *lines])

    @contextmanager
    def _clear_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            where = f" ({error.filename})" if error.filename else ""
            raise EmbeddedError(
                f"{self.name} cannot run on the folder {self.data}: {error.strerror or error}{where}."
            ) from None


@contextmanager
def _told_afterwards() -> Iterator[None]:
    """Ctrl-C and SIGTERM are heard at the end of the block: amid a start nobody would know of the new process."""
    if threading.current_thread() is not threading.main_thread():  # which alone hears signals
        yield
        return
    heard: list[int] = []
    handlers = {
        number: signal.signal(number, lambda n, _: heard.append(n)) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for told in heard:
            signal.raise_signal(told)


def _fits(path: Path) -> bool:
    return len(os.fsencode(path)) <= _LONGEST_SOCKET and _PLAIN.issuperset(str(path))
