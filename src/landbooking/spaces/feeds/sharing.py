"""How a space is shared: the addresses of its calendars, and the lines for a website."""

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.settings import Settings
from landbooking.spaces.feeds.named import is_subscribed
from landbooking.spaces.space import Space, resources_of
from landbooking.spaces.widgets.code import Widget, widgets_of


class ResourceCalendar(msgspec.Struct, frozen=True):
    name: str
    address: str


class Sharing(msgspec.Struct, frozen=True):
    """`calendar` and those of `resources` say when something is taken, and may be known to all; they work once the
    space is published.

    `subscribed`: one has a secret address, at which names stand.
    """

    calendar: str
    resources: list[ResourceCalendar]
    widgets: list[Widget]
    subscribed: bool


async def sharing_of(connection: Connection, host: Person, space: Space, settings: Settings) -> Sharing:
    base = settings.base_url.rstrip("/")
    return Sharing(
        calendar=f"{base}/spaces/{space.id}/calendar.ics",
        resources=[
            ResourceCalendar(one.name, f"{base}/resources/{one.id}/calendar.ics")
            for one in await resources_of(connection, space.id)
        ],
        widgets=await widgets_of(connection, space, base),
        subscribed=await is_subscribed(connection, host, space.id),
    )


def secret_address(token: str, settings: Settings) -> str:
    return f"{settings.base_url.rstrip('/')}/calendar/spaces/{token}.ics"
