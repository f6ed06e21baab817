"""Pick-up codes: six digits that are said on the phone one by one, of which the last finds out a slip of the tongue."""

import re
import secrets

from landbooking.language import gettext as _

# Damm's quasigroup of order 10 (H. M. Damm, "Total anti-symmetrische Quasigruppen", Marburg 2004): a wrong digit and
# two that changed places are always noticed.
_QUASIGROUP = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip


def new_code() -> str:
    """Drawn by chance; that nobody has it yet, the database says."""
    digits = f"{secrets.randbelow(100_000):05}"
    return digits + _check_digit(digits)


def code_in(typed: str) -> str | None:
    """The code in what somebody typed, with or without gaps; None where it can't be one."""
    digits = re.sub(r"[\s.\-]", "", typed)
    return digits if re.fullmatch(r"[0-9]{6}", digits) and _check_digit(digits) == "0" else None


def not_a_code() -> str:
    """What is said to who typed something else."""
    return _("Das ist kein Abholcode. Er hat sechs Ziffern; bitte lassen Sie ihn sich noch einmal sagen.")


def spoken(code: str) -> str:
    """ "471 283", as it is printed and read out."""
    return f"{code[:3]} {code[3:]}"


def _check_digit(digits: str) -> str:
    interim = 0
    for digit in digits:
        interim = int(_QUASIGROUP[interim][int(digit)])
    return str(interim)
