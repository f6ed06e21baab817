import pytest

from landbooking.database import Connection
from landbooking.paths import PACKAGE
from landbooking.places.importing import Imported, import_municipalities
from landbooking.places.municipality import all_municipalities
from landbooking.places.municipality_file import BadRows, ImportRefused

HEADER = "ags,name,association,lat,lon,population\n"
KUSEL = "07336055,Kusel,Kusel-Altenglan,49.538,7.405,5341\n"
MEDARD = "07336061,Medard,Lauterecken-Wolfstein,49.672,7.611,450\n"
PIRMASENS = "07317000,Pirmasens,,49.201,7.605,40000\n"


async def load(connection: Connection, *rows: str, district: str | None = None) -> Imported:
    return await import_municipalities(connection, (HEADER + "".join(rows)).encode(), district)


async def test_the_demo_has_the_98_municipalities_of_kusel(connection: Connection) -> None:
    content = (PACKAGE / "demo" / "municipalities.csv").read_bytes()
    assert await import_municipalities(connection, content, "Landkreis Kusel") == Imported(98, 0, 0)
    places = await all_municipalities(connection)
    assert sum(place.population for place in places) == 69_530
    assert {place.association for place in places} == {"Kusel-Altenglan", "Lauterecken-Wolfstein", "Oberes Glantal"}
    assert {place.district for place in places} == {"Landkreis Kusel"}
    assert await import_municipalities(connection, content) == Imported(0, 0, 98)


async def test_a_district_gets_its_state_from_the_official_key(connection: Connection) -> None:
    await load(connection, "09162000,München,,48.137,11.575,1500000\n", district=" München ")
    district = await connection.fetchrow("SELECT key, name, state, time_zone FROM district")
    assert district
    assert tuple(district) == ("09162", "München", "BY", "Europe/Berlin")


async def test_imported_again_it_updates_adds_and_leaves_the_rest(connection: Connection) -> None:
    assert await load(connection, KUSEL, MEDARD, district="Kreis Kusel") == Imported(2, 0, 0)
    ids = {place.ags: place.id for place in await all_municipalities(connection)}
    again = await load(connection, KUSEL.replace("5341", "5342"), "07336002,Albessen,KA,49.5,7.3,143\n", MEDARD)
    assert again == Imported(added=1, updated=1, unchanged=1)
    places = {place.ags: place for place in await all_municipalities(connection)}
    assert places["07336055"].population == 5342
    assert {ags: places[ags].id for ags in ids} == ids
    assert await load(connection, KUSEL) == Imported(0, 1, 0)
    assert len(await all_municipalities(connection)) == 3


async def test_a_known_district_is_renamed(connection: Connection) -> None:
    await load(connection, KUSEL, district="Kreis Kusel")
    assert await load(connection, KUSEL, district="Landkreis Kusel") == Imported(0, 0, 1)
    assert [place.district for place in await all_municipalities(connection)] == ["Landkreis Kusel"]


async def test_a_file_may_hold_several_known_districts(connection: Connection) -> None:
    await load(connection, KUSEL, district="Landkreis Kusel")
    await load(connection, PIRMASENS, district="Pirmasens")
    assert await load(connection, MEDARD, PIRMASENS) == Imported(1, 0, 1)
    districts = {place.name: place.district for place in await all_municipalities(connection)}
    assert districts == {"Kusel": "Landkreis Kusel", "Medard": "Landkreis Kusel", "Pirmasens": "Pirmasens"}


async def test_a_new_district_must_be_named(connection: Connection) -> None:
    with pytest.raises(ImportRefused, match=r'^The district 07336 is new: please name it, such as --district "'):
        await load(connection, KUSEL)
    await load(connection, KUSEL, district="Landkreis Kusel")
    with pytest.raises(ImportRefused, match=r"^The file holds districts that are new \(07317\): import each"):
        await load(connection, MEDARD, PIRMASENS)
    assert len(await all_municipalities(connection)) == 1


async def test_one_name_does_not_do_for_two_districts(connection: Connection) -> None:
    with pytest.raises(ImportRefused, match=r"^The file holds 2 districts \(07317, 07336\), so --district"):
        await load(connection, KUSEL, PIRMASENS, district="Landkreis Kusel")
    assert await connection.fetchval("SELECT count(*) FROM district") == 0


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "Land\0kreis"])
async def test_a_district_is_not_named_with_nonsense(connection: Connection, name: str) -> None:
    with pytest.raises(ImportRefused, match="district's name must be one line of 1 to 200"):
        await load(connection, KUSEL, district=name)


async def test_one_bad_row_and_nothing_is_imported(connection: Connection) -> None:
    with pytest.raises(BadRows) as refused:
        await load(connection, KUSEL, MEDARD.replace("450", "many"), district="Landkreis Kusel")
    assert refused.value.rows == ["Line 3: the population must be a whole number from 0, not “many”."]
    assert await all_municipalities(connection) == []
    assert await connection.fetchval("SELECT count(*) FROM district") == 0
