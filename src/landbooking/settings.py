"""What can be configured, read once from the environment. Every field is described in the README; a test compares."""

import re
from collections.abc import Mapping
from email.headerregistry import Address
from ipaddress import ip_address, ip_network
from typing import Annotated
from urllib.parse import urlsplit

import msgspec

PREFIX = "LANDBOOKING_"

Size = Annotated[int, msgspec.Meta(ge=1, le=500)]
Secret = Annotated[str, msgspec.Meta(min_length=32)]


class SettingsError(Exception):
    """A setting is missing or wrong; the message is one sentence that names it."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Field `x` is read from `LANDBOOKING_X`. No secret has a default."""

    database_url: str
    redis_url: str
    smtp_url: str
    base_url: str
    secret: Secret
    mail_from: str
    operator: str
    contact: str
    metrics_token: Secret | None = None
    trusted_proxies: str = "127.0.0.1"
    database_pool: Size = 10
    log_level: str = "info"
    smtp_timeout: Annotated[float, msgspec.Meta(gt=0, le=120)] = 15.0
    amarillo_url: str | None = None
    amarillo_key: str | None = None
    valhalla_url: str | None = None
    osrm_url: str | None = None

    @property
    def secure(self) -> bool:
        """Whether residents reach us over TLS: then cookies are sent over TLS only."""
        return self.base_url.startswith("https://")

    @property
    def host(self) -> str:
        """The name residents know us by; calendar entries and Message-IDs end in it."""
        return urlsplit(self.base_url).hostname or "localhost"


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Settings from `LANDBOOKING_*`; an empty value counts as not set. Raises SettingsError."""
    fields = {field.name: field for field in msgspec.structs.fields(Settings)}
    values: dict[str, object] = {}
    for name, field in fields.items():
        text = environ.get(PREFIX + name.upper(), "")
        if not text:
            if field.required:
                raise SettingsError(f"The setting {PREFIX}{name.upper()} is missing.")
            continue
        try:
            values[name] = msgspec.convert(text, field.type, strict=False)
        except msgspec.ValidationError as error:
            raise _wrong(name, str(error)) from None
    values["base_url"] = str(values["base_url"]).rstrip("/")
    settings = Settings(**values)  # type: ignore[arg-type]
    _check_addresses(settings)
    return settings


SCHEMES = {
    "database_url": {"postgresql", "postgres"},
    "redis_url": {"redis", "rediss", "unix"},
    "smtp_url": {"smtp", "smtps"},
    "base_url": {"http", "https"},
    "amarillo_url": {"http", "https"},
    "valhalla_url": {"http", "https"},
    "osrm_url": {"http", "https"},
}
LEVELS = {"debug", "info", "warning", "error"}


def _check_addresses(settings: Settings) -> None:
    for name, schemes in SCHEMES.items():
        if (url := getattr(settings, name)) is not None:
            _check_url(name, url, schemes)
    if settings.valhalla_url and settings.osrm_url:
        raise _wrong("osrm_url", "Valhalla is configured already, and one router is enough")
    redis, smtp, base = (urlsplit(url) for url in (settings.redis_url, settings.smtp_url, settings.base_url))
    if redis.scheme != "unix" and not re.fullmatch(r"/?|/\d+", redis.path):
        raise _wrong("redis_url", "it must end with a number, like redis://host:6379/0")
    if not smtp.hostname:
        raise _wrong("smtp_url", "it must name a host, like smtp://host:587")
    if not base.hostname or base.username is not None or base.path or base.query or base.fragment:
        raise _wrong("base_url", "it must be like https://buchen.example.org")
    if settings.log_level not in LEVELS:
        raise _wrong("log_level", f"it must be one of {', '.join(sorted(LEVELS))}")
    proxies = settings.trusted_proxies
    if proxies != "*" and not all(_is_proxy(text.strip()) for text in proxies.split(",")):
        raise _wrong("trusted_proxies", "it must be IP addresses or networks, separated by commas")
    for name in ("mail_from", "contact"):
        if not _can_stand_in_a_mail("", getattr(settings, name)):
            raise _wrong(name, "it must be a mail address alone, like buchung@example.org")
    if not _can_stand_in_a_mail(settings.operator, settings.mail_from):
        raise _wrong("operator", "it must be one line")


def _check_url(name: str, url: str, schemes: set[str]) -> None:
    try:
        split = urlsplit(url)
        for host in split.netloc.rpartition("@")[2].split(","):  # PostgreSQL's may be several
            if urlsplit(f"//{host}").port == 0:
                raise ValueError
    except ValueError:
        raise _wrong(name, "its host or port can't be read") from None
    if split.scheme not in schemes:
        raise _wrong(name, f"it must begin with {' or '.join(f'{scheme}://' for scheme in sorted(schemes))}")


def _is_proxy(text: str) -> bool:
    """Whether uvicorn takes it for what it looks like: everything else it would compare with as a mere text."""
    try:
        ip_network(text) if "/" in text else ip_address(text)
    except ValueError:
        return False
    return True


def _can_stand_in_a_mail(name: str, address: str) -> bool:
    try:
        Address(name, addr_spec=address)
    except Exception:  # its parser has no error of its own: besides ValueError it raises IndexError and others
        return False
    return "@" in address


def _wrong(name: str, reason: str) -> SettingsError:
    return SettingsError(f"The setting {PREFIX}{name.upper()} is wrong: {reason}.")
