"""Mail addresses as people type them, and the paths that they may be sent on to."""

import re
import string
from typing import ClassVar
from urllib.parse import quote

from landbooking.errors import Refusal
from landbooking.language import gettext as _

# What HTML calls a valid e-mail address (section 4.10.5.1.5), with a dot in the domain. It has no comma, quote or
# bracket, so that nothing typed here can name a second recipient.
_ADDRESS = re.compile(
    r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
)
_UNWANTED = re.compile(r"[\x00-\x1f\x7f\\\ud800-\udfff]")
_LANGUAGE = re.compile(r"^/(?:de|en)(?=/|$)")


class NotAnAddress(Refusal):
    """What was typed can't be a mail address."""

    status: ClassVar[int] = 422
    code: ClassVar[str] = "invalid-address"

    def __init__(self) -> None:
        super().__init__(_("Das ist keine vollständige Mail-Adresse. Sie sieht aus wie name@example.org."))

    @property
    def fields(self) -> dict[str, str]:
        return {"email": self.message}


def mail_address(typed: str) -> str:
    """The address in lower case, its domain in ASCII (RFC 5321: at most 254 characters). Raises NotAnAddress."""
    local, _at, domain = typed.strip().lower().rpartition("@")
    try:
        encoded = domain.encode("idna").decode("ascii")
        # This codec knows the rules of 2003, which turn "straße" into "strasse": another domain, so no guess is made.
        faithful = domain.isascii() or encoded.encode("ascii").decode("idna") == domain
    except UnicodeError:
        raise NotAnAddress from None
    address = f"{local}@{encoded}"
    if not faithful or len(address) > 254 or not _ADDRESS.fullmatch(address):
        raise NotAnAddress
    return address


def local_path(wanted: str | None) -> str:
    """`wanted` where it is a path of ours, else "/": a link to sign in can't send anybody to another site.

    Browsers read "//host" and "/\\host" as another host, and skip control characters while they do.
    """
    if not wanted or len(wanted) > 2000 or _UNWANTED.search(wanted):
        return "/"
    path = _LANGUAGE.sub("", wanted) if wanted.startswith("/") else ""
    if not path.startswith("/") or path.startswith("//"):
        return "/"
    return quote(path, safe=string.punctuation)
