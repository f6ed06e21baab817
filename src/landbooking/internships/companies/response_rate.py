"""How often a company answers in time, shown in public: applicants complain of never being answered."""

from collections.abc import Sequence

import msgspec

from landbooking.database import Connection

ANSWER_DAYS = 14
FEWEST = 5  # applications; a share of less says nothing


class ResponseRate(msgspec.Struct, frozen=True):
    """Of the last twelve months' applications those that were answered in time, of those whose time is over."""

    answered: int
    asked: int

    @property
    def percent(self) -> int | None:
        """None while there are too few."""
        return round(100 * self.answered / self.asked) if self.asked >= FEWEST else None


async def response_rates(connection: Connection, company_ids: Sequence[int]) -> dict[int, ResponseRate]:
    """By company. Answered is what the company itself has moved on within 14 days after it was submitted.

    Applications still within their 14 days without an answer, and those that their people have withdrawn before,
    count for nothing.
    """
    rows = await connection.fetch(
        """SELECT company_id, count(*) FILTER (WHERE answered) AS answered, count(*) AS asked
           FROM (SELECT posting.company_id,
                        application.submitted_at + make_interval(days => $2) AS due,
                        EXISTS (SELECT FROM internship_event event
                                WHERE event.application_id = application.id AND event.acted_as = 'company'
                                  AND event.at <= application.submitted_at + make_interval(days => $2)) AS answered,
                        EXISTS (SELECT FROM internship_event event
                                WHERE event.application_id = application.id AND event.to_status = 'withdrawn'
                                  AND event.at <= application.submitted_at + make_interval(days => $2)) AS withdrawn
                 FROM application JOIN posting ON posting.id = application.posting_id
                 WHERE posting.company_id = ANY($1)
                   AND application.submitted_at > now() - interval '12 months') AS asked
           WHERE answered OR (due <= now() AND NOT withdrawn)
           GROUP BY company_id""",
        list(company_ids),
        ANSWER_DAYS,
    )
    rates = {row["company_id"]: ResponseRate(row["answered"], row["asked"]) for row in rows}
    return {company_id: rates.get(company_id, ResponseRate(0, 0)) for company_id in company_ids}


async def response_rate(connection: Connection, company_id: int) -> ResponseRate:
    return (await response_rates(connection, [company_id]))[company_id]
