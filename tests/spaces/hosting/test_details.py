"""What a space is, and its photos."""

import io
from typing import Any

import httpx
import pytest
from PIL import Image

from landbooking.database import Connection
from landbooking.spaces.hosting import pictures
from landbooking.spaces.hosting.pictures import NotAPicture, picture_from
from support.hosting import Place
from support.spaces import make_space

FORM: dict[str, Any] = {
    "name": "Alte Schmiede",
    "description": "Eine Zeile\r\nund noch eine",
    "street": "Am Bach 3",
    "postal_code": "67753",
    "town": "Wolfstein",
    "lat": "49,5833",
    "lon": "7.6",
    "features": ["wifi", "step-free"],
}


async def test_details_are_saved_with_commas_too(
    connection: Connection, hosting: httpx.AsyncClient, place: Place
) -> None:
    path = f"/host/spaces/{place.space_id}/details"
    assert (await hosting.post(path, data=FORM)).status_code == 303
    [row] = await connection.fetch("SELECT name, description, lat, features FROM space WHERE id = $1", place.space_id)
    assert tuple(row) == ("Alte Schmiede", "Eine Zeile\nund noch eine", 49.5833, ["step-free", "wifi"])
    assert "Alte Schmiede" in (await hosting.get(path)).text


@pytest.mark.parametrize(
    ("nonsense", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"description": "x" * 4001}, "description"),
        ({"street": " "}, "street"),
        ({"postal_code": "6775"}, "postal_code"),
        ({"postal_code": "６７７５３"}, "postal_code"),
        ({"town": ""}, "town"),
        ({"lat": "91"}, "lat"),
        ({"lat": "nan"}, "lat"),
        ({"lat": "Nord"}, "lat"),
        ({"lon": "-181"}, "lon"),
        ({"lon": "inf"}, "lon"),
        ({"features": ["gold"]}, "features"),
    ],
)
async def test_details_that_can_not_be_are_told_at_their_field_and_nothing_is_lost(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, nonsense: dict[str, Any], field: str
) -> None:
    answer = await hosting.post(f"/host/spaces/{place.space_id}/details", data={**FORM, **nonsense})
    assert answer.status_code == 422
    assert f'id="error-{field}"' in answer.text
    assert answer.text.count('class="field-error"') == 1
    if field != "description":
        assert "und noch eine" in answer.text
    assert await connection.fetchval("SELECT name FROM space WHERE id = $1", place.space_id) == "Alte Schule"


def picture(kind: str = "JPEG", size: tuple[int, int] = (80, 40), **options: Any) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_photo_is_added_served_and_removed(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, kind: str
) -> None:
    path = f"/host/spaces/{place.space_id}/photos"
    upload = {"photo": ("bild.txt", picture(kind), "text/plain")}
    assert (await hosting.post(path, data={"alt": "Der Eingang"}, files=upload)).status_code == 303
    photo_id = await connection.fetchval("SELECT id FROM space_photo")
    address = f"/spaces/{place.space_id}/photos/{photo_id}"
    text = (await hosting.get(path)).text
    assert f'src="{address}" alt="Der Eingang" width="80" height="40"' in text
    hosting.cookies.clear()
    served = await hosting.get(address)
    assert served.headers["content-type"] == "image/jpeg"
    assert served.headers["cache-control"] == "public, max-age=86400"
    assert Image.open(io.BytesIO(served.content)).format == "JPEG"
    other = await make_space(connection, name="Nachbarraum")
    assert (await hosting.get(f"/spaces/{other}/photos/{photo_id}")).status_code == 404


async def test_a_photo_is_removed_by_its_own_host_only(
    connection: Connection, hosting: httpx.AsyncClient, place: Place
) -> None:
    other = await make_space(connection, name="Nachbarraum")
    insert = "INSERT INTO space_photo (space_id, alt, width, height, jpeg) VALUES ($1, 'x', 1, 1, '') RETURNING id"
    theirs, ours = await connection.fetchval(insert, other), await connection.fetchval(insert, place.space_id)
    root = f"/host/spaces/{place.space_id}/photos"
    assert (await hosting.post(f"{root}/{theirs}/removal")).status_code == 404
    assert (await hosting.post(f"{root}/{ours}/removal")).status_code == 303
    assert [row["id"] for row in await connection.fetch("SELECT id FROM space_photo")] == [theirs]


async def test_no_more_than_a_dozen(connection: Connection, hosting: httpx.AsyncClient, place: Place) -> None:
    await connection.execute(
        """INSERT INTO space_photo (space_id, alt, width, height, jpeg)
           SELECT $1, 'x', 1, 1, '' FROM generate_series(1, 12)""",
        place.space_id,
    )
    path = f"/host/spaces/{place.space_id}/photos"
    answer = await hosting.post(path, data={"alt": "Noch eins"}, files={"photo": ("a.jpg", picture())})
    assert answer.status_code == 422
    assert "Mehr als 12 Fotos" in answer.text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Bitte wählen Sie ein Bild aus."),
        (b"GIF89a not really", "kein Bild, das wir lesen können"),
        (picture("GIF"), "kein Bild, das wir lesen können"),
        (picture(size=(600, 600))[:900], "kein Bild, das wir lesen können"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "kein Bild, das wir lesen können"),
        (b"\xff\xd8\xff" + b"\0" * (5 * 1024 * 1024), "höchstens 5 MB"),
    ],
)
async def test_files_that_are_no_picture_are_refused_and_the_words_kept(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, content: bytes, sentence: str
) -> None:
    path = f"/host/spaces/{place.space_id}/photos"
    answer = await hosting.post(path, data={"alt": "Der Eingang"}, files={"photo": ("a.jpg", content)})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="Der Eingang"' in answer.text
    assert await connection.fetchval("SELECT count(*) FROM space_photo") == 0


async def test_a_photo_needs_its_words_and_a_file(hosting: httpx.AsyncClient, place: Place) -> None:
    path = f"/host/spaces/{place.space_id}/photos"
    answer = await hosting.post(path, data={"alt": ""}, files={"photo": ("a.jpg", picture())})
    assert 'id="error-alt"' in answer.text
    answer = await hosting.post(path, data={"photo": "bild.jpg"})
    assert 'id="error-alt"' in answer.text
    assert 'id="error-photo"' in answer.text


async def test_far_too_much_is_refused_before_it_is_read(hosting: httpx.AsyncClient, place: Place) -> None:
    path = f"/host/spaces/{place.space_id}/photos"
    answer = await hosting.post(path, data={"alt": "x"}, files={"photo": ("a.jpg", b"\0" * 6_000_000)})
    assert answer.status_code == 413
    assert "höchstens 5 MB" in answer.text
    assert f'href="{path}"' in answer.text


def test_a_picture_is_made_small_upright_and_bare() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Kamera"
    made = picture_from(picture(size=(2400, 1200), exif=exif, comment=b"geheim"))
    assert (made.width, made.height) == (800, 1600)
    again = Image.open(io.BytesIO(made.jpeg))
    assert again.size == (800, 1600)
    assert not dict(again.getexif())
    assert b"geheim" not in made.jpeg
    assert b"Kamera" not in made.jpeg


def test_what_is_transparent_becomes_white() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(file, "PNG")
    made = Image.open(io.BytesIO(picture_from(file.getvalue()).jpeg))
    assert made.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("size", [(7000, 7000), (20000, 10000)])
def test_a_small_file_with_too_many_pixels_is_refused(size: tuple[int, int]) -> None:
    file = io.BytesIO()
    Image.new("1", size).save(file, "PNG")
    assert len(file.getvalue()) < pictures.LARGEST_FILE
    with pytest.raises(NotAPicture, match="Bildpunkte"):
        picture_from(file.getvalue())
