"""The pages with which a district's staff run its spaces."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, post

from landbooking.accounts.addresses import NotAnAddress
from landbooking.accounts.guards import district_staff
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_form, text_of
from landbooking.ids import BigId, Id
from landbooking.pages import page, redirect
from landbooking.places.municipality import Municipality, UnknownPlace, all_municipalities, labels, municipality_named
from landbooking.spaces import features
from landbooking.spaces.hosting.details_form import details_from, typed_details
from landbooking.spaces.hosting.district import (
    OtherDistrict,
    check_district,
    create_space,
    may_place,
    set_published,
    space_of_district,
    spaces_of_district,
)
from landbooking.spaces.hosting.hosts import hosts_of, name_host, remove_host

Asked = Request[Any, Any, Any]


class HostForm(msgspec.Struct):
    email: Annotated[str, msgspec.Meta(max_length=254)]


class PublicationForm(msgspec.Struct):
    published: Literal["yes", "no"]


@get("/district", guards=[district_staff], include_in_schema=False)
async def spaces_page(request: Asked, reads: Connection) -> Response[str]:
    return page(request, "spaces/hosting/district.html", spaces=await spaces_of_district(reads, request.user))


@get("/district/spaces/new", guards=[district_staff], include_in_schema=False)
async def new_space_page(request: Asked, reads: Connection) -> Response[str]:
    everywhere = await all_municipalities(reads)
    typed = {**typed_details(request.query_params), "municipality": ""}
    return _new_space(request, everywhere, labels(everywhere), typed, {})


@post("/district/spaces/new", guards=[district_staff], include_in_schema=False)
async def create(request: Asked, connection: Connection) -> Response[Any]:
    posted = await request.form()
    typed = {**typed_details(posted), "municipality": text_of(posted, "municipality")}
    place: Municipality | None = None
    errors: dict[str, str] = {}
    everywhere = await all_municipalities(connection)
    label = labels(everywhere)
    try:
        place = municipality_named(typed["municipality"], everywhere, label)
        if not may_place(request.user, place):
            raise OtherDistrict
    except (UnknownPlace, OtherDistrict) as refusal:
        errors |= refusal.fields
    try:
        details = details_from(typed if typed["lat"] or typed["lon"] else {**typed, **_centre(place)})
        if place is not None and not errors:
            space_id = await create_space(connection, request.user, place, details)
            return redirect(request, f"/district/spaces/{space_id}", notice="space-added")
    except InvalidInput as refusal:  # nothing was written yet, so nothing is committed
        errors |= refusal.fields
    return _new_space(request, everywhere, label, typed, errors)


@get("/district/spaces/{space_id:int}", guards=[district_staff], include_in_schema=False)
async def space_page(request: Asked, space_id: Id, reads: Connection) -> Response[str]:
    return await _space(request, reads, space_id, "", {})


@post("/district/spaces/{space_id:int}/hosts", guards=[district_staff], include_in_schema=False)
async def add_host(request: Asked, space_id: Id, connection: Connection) -> Response[Any]:
    posted = await request.form()
    try:
        form = await parse_form(HostForm, request)
        await check_district(connection, request.user, space_id)
        await name_host(connection, space_id, form.email, "owner")
    except (InvalidInput, NotAnAddress) as refusal:  # nothing was written yet, so nothing is committed
        return await _space(request, connection, space_id, text_of(posted, "email"), refusal.fields)
    return redirect(request, f"/district/spaces/{space_id}", notice="host-named")


@post("/district/spaces/{space_id:int}/hosts/{person_id:int}/removal", guards=[district_staff], include_in_schema=False)
async def drop_host(request: Asked, space_id: Id, person_id: BigId, connection: Connection) -> Response[Any]:
    await check_district(connection, request.user, space_id)
    await remove_host(connection, space_id, person_id)
    return redirect(request, f"/district/spaces/{space_id}", notice="host-removed")


@post("/district/spaces/{space_id:int}/publication", guards=[district_staff], include_in_schema=False)
async def publish(request: Asked, space_id: Id, connection: Connection) -> Response[Any]:
    form = await parse_form(PublicationForm, request)
    published = form.published == "yes"
    await set_published(connection, request.user, space_id, published)
    return redirect(request, f"/district/spaces/{space_id}", notice="published" if published else "unpublished")


def _centre(place: Municipality | None) -> dict[str, str]:
    """A fair beginning for who leaves the point out. Where the place is wrong, that is told; the point isn't missed."""
    return {"lat": str(place.lat), "lon": str(place.lon)} if place else {"lat": "0", "lon": "0"}


def _new_space(
    request: Asked,
    everywhere: list[Municipality],
    label: dict[int, str],
    typed: dict[str, Any],
    errors: dict[str, str],
) -> Response[str]:
    return page(
        request,
        "spaces/hosting/new_space.html",
        status=422 if errors else 200,
        municipalities=[label[place.id] for place in everywhere if may_place(request.user, place)],
        options=features.space_options(),
        typed=typed,
        errors=errors,
    )


async def _space(request: Asked, reads: Connection, space_id: int, email: str, errors: dict[str, str]) -> Response[str]:
    return page(
        request,
        "spaces/hosting/district_space.html",
        status=422 if errors else 200,
        space=await space_of_district(reads, request.user, space_id),
        hosts=await hosts_of(reads, space_id),
        email=email,
        errors=errors,
    )


ROUTES = [spaces_page, new_space_page, create, space_page, add_host, drop_host, publish]
