"""Which account runs the servers, and the folders and programs that this account can reach.

An ordinary user runs them as themselves, in place. PostgreSQL refuses to run as root, so root hands both servers to
`nobody`, which every Linux has. What `nobody` cannot reach (a checkout below /root, say) is put into folders of our own
below STATE; no mode of any folder that was there before is ever changed.
"""

import hashlib
import os
import pwd
import shutil
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from landbooking.embedded.errors import EmbeddedError

STATE = Path("/var/lib/landbooking")


class Account(NamedTuple):
    """`lent` is true where root lends the work to an account without rights."""

    uid: int
    gid: int
    lent: bool

    def identity(self) -> dict[str, Any]:
        """Arguments for subprocess: nothing for an ordinary user, who starts everything as themselves."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.lent else {}


def server_account() -> Account:
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), lent=False)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise EmbeddedError(
            "PostgreSQL does not run as root and this system has no account 'nobody': "
            "start landbooking as an ordinary user."
        ) from None
    return Account(nobody.pw_uid, nobody.pw_gid, lent=True)


def make_private(place: Path, account: Account) -> Path:
    """A new folder of mode 0700, the account's own: `place` or, out of its reach, one that `place` links to."""
    outside = account.lent and not passable(place.parent.resolve())
    # mkdtemp's mode is 0700. The owner comes before the name, so that no kill leaves a folder of a wrong owner there.
    folder = Path(tempfile.mkdtemp(prefix=f"{place.stem}-", dir=state_folder() if outside else place.parent))
    os.chown(folder, account.uid, account.gid)
    if outside:
        place.symlink_to(folder)
    else:
        folder.rename(place)
    return place.resolve()


def remove_private(place: Path) -> None:
    """Removes what make_private made; a link that leads anywhere else is only unlinked."""
    if place.is_symlink():
        target = place.readlink()
        if target.parent == STATE:
            shutil.rmtree(target, ignore_errors=True)
        place.unlink()  # last: without it nobody would find the rest of a removal that was cut short
    elif place.exists():
        shutil.rmtree(place)


def runnable(site: Path, parts: Iterable[str], account: Account) -> Path:
    """The folder below which the account can run `parts` (folders in `site`): `site` or, out of its reach, a copy."""
    if not account.lent:
        return site
    folders = [(site / part).resolve() for part in parts]
    files = [(file, file.stat()) for folder in folders for file in sorted(folder.rglob("*"))]
    if all(passable(folder) for folder in folders) and all(_open_to_all(status) for _, status in files):
        return site
    # The copy's name says what is in it: other programs get another copy.
    marks = repr([(str(file), status.st_size, status.st_mtime_ns) for file, status in files])
    copy = state_folder() / f"programs-{hashlib.sha256(marks.encode()).hexdigest()[:32]}"
    if not copy.exists():
        # Filled under another name, so that a copy which was cut short is never taken for a whole one.
        unfinished = Path(tempfile.mkdtemp(prefix="unfinished-", dir=STATE))
        try:
            for file, status in files:
                _copy(file, status, unfinished / file.relative_to(site.resolve()))
            unfinished.chmod(0o755)
            unfinished.rename(copy)
        except OSError:
            if not copy.exists():  # else somebody was faster
                raise
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return copy


def passable(folder: Path) -> bool:
    """Whether every account may pass through the folder and all above it."""
    return all(step.stat().st_mode & stat.S_IXOTH for step in (folder, *folder.parents))


def state_folder() -> Path:
    _make_open(STATE, 0o711)  # to be passed through, not to be listed
    if not passable(STATE):
        raise EmbeddedError(f"The account 'nobody' cannot reach {STATE}: start landbooking as an ordinary user.")
    return STATE


def _make_open(folder: Path, mode: int) -> None:
    """The folder and what is missing above it, of this mode whatever the umask is; one that exists stays as it is."""
    if folder.exists():
        return
    _make_open(folder.parent, mode)
    try:
        folder.mkdir()
    except FileExistsError:
        return
    folder.chmod(mode)


def _open_to_all(status: os.stat_result) -> bool:
    wanted = stat.S_IROTH | (stat.S_IXOTH if status.st_mode & stat.S_IXUSR else 0)
    return status.st_mode & wanted == wanted


def _copy(file: Path, status: os.stat_result, target: Path) -> None:
    _make_open(target.parent, 0o755)
    if stat.S_ISDIR(status.st_mode):
        return
    shutil.copyfile(file, target)
    target.chmod(0o755 if status.st_mode & stat.S_IXUSR else 0o644)
