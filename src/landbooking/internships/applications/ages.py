"""How old somebody is, and what follows from it for applying."""

from datetime import date

OF_AGE = 18  # BGB § 2
YOUTH = 16  # below it the guardian agrees before a company gets to know who it is


def age_on(birthday: date, day: date) -> int:
    """In full years, complete at the beginning of the birthday (BGB § 187 (2)); one of 29 February on 1 March."""
    return day.year - birthday.year - ((day.month, day.day) < (birthday.month, birthday.day))
