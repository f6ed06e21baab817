"""The person's own page: name, language, home. Devices and keys for programs have pages of their own beside it."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from landbooking.accounts import device_pages, token_pages
from landbooking.accounts.authentication import Proof
from landbooking.accounts.guards import signed_in
from landbooking.accounts.person import Person, change_profile
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_form, text_of
from landbooking.pages import page, redirect
from landbooking.places.municipality import UnknownPlace, all_municipalities, labels, municipality_named

Asked = Request[Person, Proof, Any]


class ProfileForm(msgspec.Struct):
    """`municipality` is what was typed: a name, or one of the list's labels."""

    language: Literal["de", "en"]
    name: Annotated[str, msgspec.Meta(max_length=100)] = ""
    municipality: Annotated[str, msgspec.Meta(max_length=200)] = ""


@get("/profile", guards=[signed_in], include_in_schema=False)
async def profile_page(request: Asked, reads: NamedDependency[Connection]) -> Response[str]:
    label = labels(await all_municipalities(reads))
    person = request.user
    home = label.get(person.home_id, "") if person.home_id else ""
    values = {"name": person.name, "language": person.language, "municipality": home}
    return _page(request, label, values, {})


@post("/profile", guards=[signed_in], include_in_schema=False)
async def save_profile(request: Asked, connection: NamedDependency[Connection]) -> Response[Any]:
    posted = await request.form()
    typed = {name: text_of(posted, name) for name in ("name", "language", "municipality")}
    errors: dict[str, str] = {}
    everywhere = await all_municipalities(connection)
    label = labels(everywhere)
    home_id = None
    try:  # the place is looked up even where another field is wrong, so that every mistake is told at once
        if typed["municipality"]:
            home_id = municipality_named(typed["municipality"], everywhere, label).id
    except UnknownPlace as refusal:
        errors |= refusal.fields
    try:
        form = await parse_form(ProfileForm, request)
    except InvalidInput as refusal:
        errors |= refusal.fields
    if errors:
        return _page(request, label, typed, errors)
    await change_profile(connection, request.user.id, form.name, form.language, home_id)
    return redirect(request, "/profile", notice="profile-saved")


def _page(request: Asked, label: dict[int, str], values: dict[str, str], errors: dict[str, str]) -> Response[str]:
    return page(
        request,
        "accounts/profile.html",
        status=422 if errors else 200,
        values=values,
        errors=errors,
        municipalities=list(label.values()),
    )


ROUTES = [profile_page, save_profile, *device_pages.ROUTES, *token_pages.ROUTES]
