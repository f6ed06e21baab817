"""Why a company says no. Codes and no free text, so that nothing is written about anybody's health or origin."""

from typing import Literal, get_args

from landbooking.language import mark

Reason = Literal["others", "skills", "dates", "no_place", "requirements", "not_offered"]

SENTENCES: dict[Reason, str] = {
    "others": mark("Andere Bewerbungen passten besser."),
    "skills": mark("Es fehlen Vorkenntnisse, die für diese Aufgaben nötig sind."),
    "dates": mark("Der Zeitraum passt in der Firma nicht."),
    "no_place": mark("Es ist kein Platz mehr frei."),
    "requirements": mark("Was für dieses Praktikum vorgeschrieben ist, ist nicht erfüllt."),
    "not_offered": mark("Das Praktikum findet nicht statt."),
}
REASONS: tuple[Reason, ...] = get_args(Reason)
