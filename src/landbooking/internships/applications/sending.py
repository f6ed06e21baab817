"""Files that leave: a CV and a calendar entry, for who asked and to be kept by nobody in between."""

from litestar import Response

from landbooking.notifications.calendar import Event, calendar_file
from landbooking.settings import Settings


def as_pdf(content: bytes) -> Response[bytes]:
    """To be saved and not shown here: what is in it never acts on a page of ours. SecurityHeaders adds nosniff."""
    return Response(
        content,
        headers={
            "Content-Type": "application/pdf",
            "Content-Disposition": 'attachment; filename="lebenslauf.pdf"',
            "Cache-Control": "no-store",
        },
    )


def as_calendar(event: Event, settings: Settings) -> Response[bytes]:
    return Response(
        calendar_file(event, settings),
        headers={
            "Content-Type": "text/calendar; charset=utf-8",
            "Content-Disposition": 'attachment; filename="gespraech.ics"',
        },
    )
