"""A space with its host, for the tests of hosts' pages."""

from typing import NamedTuple

from landbooking.accounts.person import Person


class Place(NamedTuple):
    """A space that is open daily from 8 to 18, its two desks, and its host."""

    space_id: int
    desk: int
    other_desk: int
    host: Person
