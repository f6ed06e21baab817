import pytest

from landbooking.database import Connection
from landbooking.language import use_language
from landbooking.paths import PACKAGE
from landbooking.places.importing import import_municipalities
from landbooking.places.municipality import Municipality, UnknownPlace, all_municipalities, labels, municipality_named

ELSEWHERE = """ags;name;association;lat;lon;population
07999001;Medard;Nordtal;50;7;10
07999002;Neuhausen;Nordtal;50;7;10
07999003;Neuhausen;Südtal;50;7;10
07999004;Brücken;;50;7;10
07999005;Zell;;50;7;10
07999006;Älling;;50;7;10
"""


@pytest.fixture
async def kusel(connection: Connection) -> Connection:
    content = (PACKAGE / "demo" / "municipalities.csv").read_bytes()
    await import_municipalities(connection, content, "Landkreis Kusel")
    return connection


@pytest.fixture
async def two_districts(kusel: Connection) -> Connection:
    await import_municipalities(kusel, ELSEWHERE.encode(), "Nachbarkreis")
    return kusel


async def found(connection: Connection, typed: str) -> Municipality:
    everywhere = await all_municipalities(connection)
    return municipality_named(typed, everywhere, labels(everywhere))


async def sentence(connection: Connection, typed: str) -> str:
    with pytest.raises(UnknownPlace) as refused:
        await found(connection, typed)
    assert refused.value.status == 422
    assert refused.value.fields == {"municipality": refused.value.message}
    return refused.value.message


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Kusel", "Kusel"),
        (" KUSEL ", "Kusel"),
        ("66869 Kusel", "Kusel"),
        ("07336055", "Kusel"),
        ("Kusel, Kusel-Altenglan", "Kusel"),
        ("kusel, landkreis kusel", "Kusel"),
        ("Hüffler", "Hüffler"),
        ("Hu\u0308ffler", "Hüffler"),
        ("hueffler", "Hüffler"),
        ("Huffler", "Hüffler"),
        ("ESSWEILER", "Eßweiler"),
        ("Brücken", "Brücken (Pfalz)"),
        ("bruecken pfalz", "Brücken (Pfalz)"),
        ("Brücken, oberes glantal", "Brücken (Pfalz)"),
        ("Quirnbach", "Quirnbach/Pfalz"),
        ("schönenberg", "Schönenberg-Kübelberg"),
        ("glan münchweiler", "Glan-Münchweiler"),
        ("Glanmuenchweiler", "Glan-Münchweiler"),
        ("St. Julian", "Sankt Julian"),
        ("rutsweiler am glan", "Rutsweiler am Glan"),
        ("Rutsweiler, Lauterecken-Wolfstein", "Rutsweiler an der Lauter"),
    ],
)
async def test_a_place_is_found_however_its_name_is_typed(kusel: Connection, typed: str, name: str) -> None:
    assert (await found(kusel, typed)).name == name


async def test_every_label_of_the_list_finds_its_place(two_districts: Connection) -> None:
    places = await all_municipalities(two_districts)
    label = labels(places)
    assert len(set(label.values())) == len(places) == 104
    for place in places:
        assert await found(two_districts, label[place.id]) == place
        assert await found(two_districts, label[place.id].upper()) == place


async def test_a_label_is_as_short_as_tells_places_apart(two_districts: Connection) -> None:
    places = await all_municipalities(two_districts)
    label = labels(places)
    by_key = {place.ags: label[place.id] for place in places}
    assert by_key["07336055"] == "Kusel"
    assert by_key["07336061"] == "Medard, Lauterecken-Wolfstein"
    assert by_key["07999001"] == "Medard, Nordtal"
    assert by_key["07999003"] == "Neuhausen, Südtal"


async def test_the_list_is_in_the_order_of_a_german_index(two_districts: Connection) -> None:
    names = [place.name for place in await all_municipalities(two_districts)]
    assert names[:5] == ["Adenbach", "Albessen", "Älling", "Altenglan", "Altenkirchen"]
    assert names.index("Eßweiler") < names.index("Etschberg")
    assert names[-1] == "Zell"


async def test_an_ambiguous_name_names_all_who_bear_it(two_districts: Connection) -> None:
    assert await sentence(two_districts, "medard") == (
        "Mehrere Orte heißen so. Meinten Sie „Medard, Lauterecken-Wolfstein“ oder „Medard, Nordtal“?"
    )
    assert await sentence(two_districts, "Neuhausen, Nachbarkreis") == (
        "Mehrere Orte heißen so. Meinten Sie „Neuhausen, Nordtal“ oder „Neuhausen, Südtal“?"
    )


async def test_the_beginning_of_a_name_is_not_enough_where_two_begin_so(kusel: Connection) -> None:
    assert await sentence(kusel, "Rutsweiler") == (
        "Mehrere Orte heißen so. Meinten Sie „Rutsweiler am Glan“ oder „Rutsweiler an der Lauter“?"
    )


async def test_the_whole_name_goes_before_a_beginning(two_districts: Connection) -> None:
    assert (await found(two_districts, "bruecken")).ags == "07999004"


@pytest.mark.parametrize(
    ("typed", "proposed"),
    [
        ("Kussel", "„Kusel“"),
        ("66869 Kussel", "„Kusel“"),
        ("Lautereken", "„Lauterecken“"),
        ("Schönen", "„Schönenberg-Kübelberg“"),
        ("Oberstauffenbach", "„Oberstaufenbach“"),
    ],
)
async def test_an_unknown_place_is_answered_with_the_nearest_names(
    kusel: Connection, typed: str, proposed: str
) -> None:
    said = await sentence(kusel, typed)
    assert said.startswith(f"Einen Ort „{typed.removeprefix('66869 ')}“ kennen wir nicht. Meinten Sie ")
    assert proposed in said
    assert said.count("„") <= 4


@pytest.mark.parametrize("typed", ["Timbuktu", "---", "00000000", "K", "%", "Wanne-Eickel, Kusel-Altenglan"])
async def test_where_nothing_is_near_the_list_is_offered(kusel: Connection, typed: str) -> None:
    assert await sentence(kusel, typed) == (
        f"Einen Ort „{typed}“ kennen wir nicht. Bitte wählen Sie einen aus der Liste."
    )


@pytest.mark.parametrize("typed", ["", "  \n", "\0"])
async def test_nothing_typed_is_asked_for(kusel: Connection, typed: str) -> None:
    assert await sentence(kusel, typed) == "Bitte geben Sie einen Ort an."


async def test_nonsense_is_said_back_shortened_and_printable(kusel: Connection) -> None:
    said = await sentence(kusel, "x\0\ud800" * 10_000)
    assert said.startswith("Einen Ort „" + "x" * 59 + "…“ kennen wir nicht.")


async def test_a_place_without_any_district_imported_is_unknown(connection: Connection) -> None:
    assert "kennen wir nicht" in await sentence(connection, "Kusel")


async def test_alternatives_are_joined_in_the_persons_language(kusel: Connection) -> None:
    with use_language("en"):
        assert " or " in await sentence(kusel, "Rutsweiler")
