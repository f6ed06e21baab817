"""What an ended placement keeps, and for how long."""

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.internships.placements.ending import end_placements_of

# Claims out of equal treatment are raised within two months (AGG § 15 (4)) and sued for within three more (ArbGG
# § 61b (1)); the sixth is for what was under way: the same as for applications. What proves the agreement and the
# certificate is kept as long as claims out of it can be raised: three years from the end of the year (BGB §§ 195, 199),
# and so that a certificate can be checked. Not longer than needed: GDPR article 5 (1) (e).
DETAILS_KEPT = "6 months"
PROOF_KEPT = "3 years"


async def forget_ended_placements(connection: Connection) -> None:
    """Birthday, school, diary, tasks, addresses and what was let pass first; the signatures' names and the certificate
    after three full calendar years. That there was a placement stays as a number."""
    async with connection.transaction():
        rows = await connection.fetch(
            f"""UPDATE placement SET birthday = NULL, schooling_until = NULL, school = '', school_email = '',
                       certificate_seen_on = NULL, days_elsewhere = '{{}}'
                WHERE ended_at < now() - interval '{DETAILS_KEPT}' AND birthday IS NOT NULL RETURNING id"""  # noqa: S608
        )
        await _forget_details(connection, [row["id"] for row in rows])
        await connection.execute(
            f"""DELETE FROM placement_signature USING placement
                WHERE placement.id = placement_id
                  AND date_trunc('year', ended_at) + interval '1 year' < now() - interval '{PROOF_KEPT}'"""  # noqa: S608
        )
        await connection.execute(
            f"""DELETE FROM certificate USING placement
                WHERE placement.id = placement_id
                  AND date_trunc('year', ended_at) + interval '1 year' < now() - interval '{PROOF_KEPT}'"""  # noqa: S608
        )


async def forget_placements_of(connection: Connection, person: Person) -> None:
    """The account is closed: what is to come is cancelled, what is under way discontinued, and details go at once.

    The person's lock is held. The proof stays with the company, without an account, as long as above.
    """
    await end_placements_of(connection, person.id, "applicant", person)
    rows = await connection.fetch(
        """UPDATE placement SET birthday = NULL, schooling_until = NULL, school = '', school_email = '',
                  certificate_seen_on = NULL, days_elsewhere = '{}'
           WHERE person_id = $1 RETURNING id""",
        person.id,
    )
    await _forget_details(connection, [row["id"] for row in rows])


async def _forget_details(connection: Connection, placement_ids: list[int]) -> None:
    await connection.execute("DELETE FROM diary_entry WHERE placement_id = ANY($1)", placement_ids)
    await connection.execute("DELETE FROM placement_task WHERE placement_id = ANY($1)", placement_ids)
    await connection.execute(
        """DELETE FROM law_override USING placement
           WHERE placement.application_id = law_override.application_id AND placement.id = ANY($1)""",
        placement_ids,
    )
    await connection.execute("DELETE FROM placement_feedback WHERE placement_id = ANY($1)", placement_ids)
    await connection.execute(
        "UPDATE placement SET intern_address = '', reconfirm_hash = NULL WHERE id = ANY($1)", placement_ids
    )
    await connection.execute(
        """UPDATE placement_signature SET email = 'forgotten:' || signatory, token_hash = NULL
           WHERE placement_id = ANY($1)""",
        placement_ids,
    )
