"""What can be configured, read once from the environment. Every field is described in the README; a test compares."""

from collections.abc import Mapping
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
            raise SettingsError(f"The setting {PREFIX}{name.upper()} is wrong: {error}.") from None
    values["base_url"] = str(values["base_url"]).rstrip("/")
    settings = Settings(**values)  # type: ignore[arg-type]
    _check_addresses(settings)
    return settings


SCHEMES = {
    "database_url": {"postgresql", "postgres"},
    "redis_url": {"redis", "rediss", "unix"},
    "smtp_url": {"smtp", "smtps"},
    "base_url": {"http", "https"},
}
LEVELS = {"debug", "info", "warning", "error"}


def _check_addresses(settings: Settings) -> None:
    for name, schemes in SCHEMES.items():
        scheme = urlsplit(getattr(settings, name)).scheme
        if scheme not in schemes:
            wanted = " or ".join(f"{scheme}://" for scheme in sorted(schemes))
            raise SettingsError(f"The setting {PREFIX}{name.upper()} is wrong: it must begin with {wanted}.")
    base = urlsplit(settings.base_url)
    if not base.hostname or base.path not in ("", "/") or base.query:
        raise SettingsError(f"The setting {PREFIX}BASE_URL is wrong: it must be like https://buchen.example.org.")
    if settings.log_level not in LEVELS:
        raise SettingsError(f"The setting {PREFIX}LOG_LEVEL is wrong: it must be one of {', '.join(sorted(LEVELS))}.")
    if "@" not in settings.mail_from or "@" not in settings.contact:
        raise SettingsError(f"The settings {PREFIX}MAIL_FROM and {PREFIX}CONTACT must be mail addresses.")
