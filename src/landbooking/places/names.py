"""How German place names are compared, sorted and shown."""

import difflib
import re
import unicodedata
from collections.abc import Iterable

_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_WORD = re.compile(r"[^\W_]+")


def index_key(name: str) -> tuple[str, str]:
    """Sorts as a German index does: ä beside a, ß beside ss (DIN 5007, variant 1)."""
    return _bare(name), name


def without_postal_code(typed: str) -> str:
    """ "66869 Kusel" is how people write an address; what we know is the name."""
    return re.sub(r"^\s*[0-9]{5}\s+", "", typed)


def spellings(text: str) -> set[str]:
    """The ways in which a name is typed, without case, spaces and hyphens: "Hüffler" gives huffler and hueffler."""
    return {"".join(words) for words in _words(text)} - {""}


def begins(name: str, typed: str) -> bool:
    """Whether what was typed is the first words of the name."""
    return any(start and whole[: len(start)] == start for whole in _words(name) for start in _words(typed))


def nearest(typed: str, all_names: Iterable[str], most: int) -> list[str]:
    """At most `most` names that what was typed may have meant, the nearest first."""
    wanted = _bare(typed)[:60]
    by_key = {_bare(name): name for name in all_names}
    begun = sorted(key for key in by_key if len(wanted) >= 2 and key.startswith(wanted))
    close = difflib.get_close_matches(wanted, by_key, n=most, cutoff=0.65)
    return [by_key[key] for key in dict.fromkeys([*begun, *close])][:most]


def shown(typed: str) -> str:
    """What was typed, fit to be said back: printable, and not longer than a name."""
    printable = "".join(character for character in typed.strip() if character.isprintable())
    return printable if len(printable) <= 60 else printable[:59] + "…"


def _words(text: str) -> set[tuple[str, ...]]:
    folded = unicodedata.normalize("NFC", text).casefold()
    split = {tuple(_WORD.findall(_bare(spelled))) for spelled in (folded, folded.translate(_SPELLED_OUT))}
    return {tuple("sankt" if word == "st" else word for word in words) for words in split}


def _bare(text: str) -> str:
    """Without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
