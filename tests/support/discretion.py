"""A room for talking to a doctor, and a canary: a person whose name, address and contact stand nowhere else."""

from typing import NamedTuple

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.period import Period
from landbooking.spaces.booking import book_resource
from landbooking.spaces.consultations import Consultation
from support.spaces import day_after, period_on
from support.world import World

NAME, MAIL, CONTACT = "Kanari Vogelsang", "kanarienvogel@example.org", "0171 5550199"
CANARY = (NAME, "Vogelsang", "kanarienvogel", "5550199")
PURPOSE = ("medizin", "medicine", "Videotermin", "video appointment", "Arzt", "doctor")
DAY = day_after(5)
MORNING = period_on(DAY, "13:00", "14:00")
FORM = {
    "date": f"{DAY}",
    "start": "13:00",
    "end": "14:00",
    "contact": CONTACT,
    "equipment": "headset",
    "assistant": "1",
}


class House(NamedTuple):
    world: World
    room: int
    person: Person


async def book(connection: Connection, house: House, period: Period = MORNING) -> int:
    told = Consultation(CONTACT, ("headset",), assistant=True)
    return (await book_resource(connection, house.person, house.room, period, told)).id


def check_silent(text: str, where: object, more: tuple[str, ...] = ()) -> None:
    for word in (*CANARY, *more):
        assert word not in text, (where, word)
