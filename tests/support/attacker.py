"""Somebody who collects published sums and solves them for what was not published."""

from collections.abc import Hashable, Iterable
from fractions import Fraction
from typing import Generic, TypeVar

Part = TypeVar("Part", bound=Hashable)


class Sums(Generic[Part]):
    """An attacker: equations over what they don't know, as they learn of them."""

    def __init__(self) -> None:
        self.rows: dict[Part, dict[Part, Fraction]] = {}  # by their leading unknown

    def learn(self, parts: Iterable[Part]) -> None:
        """That somebody has said the sum of these parts."""
        row = self._reduced(dict.fromkeys(parts, Fraction(1)))
        if row:
            lead = min(row, key=repr)
            self.rows[lead] = {part: value / row[lead] for part, value in row.items()}

    def knows(self, parts: Iterable[Part]) -> bool:
        return not self._reduced(dict.fromkeys(parts, Fraction(1)))

    def _reduced(self, row: dict[Part, Fraction]) -> dict[Part, Fraction]:
        for lead in sorted(self.rows, key=repr):
            if factor := row.get(lead):
                for part, value in self.rows[lead].items():
                    row[part] = row.get(part, Fraction(0)) - factor * value
        return {part: value for part, value in row.items() if value}
