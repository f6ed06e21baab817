"""Where the files beside the code are: in the wheel inside the package, in a checkout at its top."""

from pathlib import Path

PACKAGE = Path(__file__).parent
_CHECKOUT = PACKAGE.parents[1]


def _folder(name: str) -> Path:
    inside = PACKAGE / name
    return inside if inside.is_dir() else _CHECKOUT / name


TEMPLATES = _folder("templates")
MIGRATIONS = _folder("migrations")
STATIC = PACKAGE / "static"
LOCALE = PACKAGE / "locale"
