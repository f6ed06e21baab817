"""The page of a placement that runs, week by week: for the intern on a phone, for the company, for staff."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import QueryParameter

from landbooking.accounts.guards import signed_in
from landbooking.accounts.person import Person, first_name
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_form, text_of
from landbooking.ids import BigId
from landbooking.internships.papers.agreement import terms_of
from landbooking.internships.papers.certificates import certificate_of, may_issue
from landbooking.internships.placements.placement import Placement
from landbooking.internships.placements.signatures import today_in
from landbooking.internships.placements.words import state_word
from landbooking.internships.running import diary, tasks
from landbooking.internships.running.access import Access, access_to, allowed
from landbooking.internships.running.diary import NoDayOfIt, diary_of, write_entry
from landbooking.internships.running.feedback import feedback_of, may_give
from landbooking.internships.running.presence import presence_of
from landbooking.internships.running.reconfirmation import wants_answer
from landbooking.internships.running.school import pupils_of
from landbooking.internships.running.tasks import NoSuchWeek, TooManyTasks, remove_task, set_task, tasks_of, tick_task
from landbooking.internships.running.weeks import last_week, monday_of_week, week_of, week_shown
from landbooking.internships.running.words import attendance_word
from landbooking.language import format_day
from landbooking.pages import page, redirect

Asked = Request[Person, Any, Any]
ROOT = "/internships/placements/{placement_id:int}"
Week = Annotated[int | None, QueryParameter(ge=1, le=60)]
Day = Annotated[date | None, QueryParameter()]


class TaskForm(msgspec.Struct, frozen=True):
    week: Annotated[int, msgspec.Meta(ge=1, le=60)]
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=tasks.LONGEST)]


class TickForm(msgspec.Struct, frozen=True):
    done: bool = False


class DiaryForm(msgspec.Struct, frozen=True):
    day: date
    entry: Annotated[str, msgspec.Meta(max_length=diary.LONGEST)] = ""


def week_path(placement: Placement, week: int) -> str:
    return f"/internships/placements/{placement.id}?week={week}"


@get(ROOT, guards=[signed_in], include_in_schema=False)
async def placement_page(
    request: Asked, placement_id: BigId, reads: Connection, week: Week = None, day: Day = None
) -> Response[str]:
    access = await access_to(reads, request.user, placement_id)
    return await show(request, reads, access, week, day=day)


@post(f"{ROOT}/tasks", guards=[signed_in], include_in_schema=False)
async def post_task(request: Asked, placement_id: BigId, connection: Connection) -> Response[Any]:
    access = await allowed(connection, request.user, placement_id, "set_tasks")
    posted = await request.form()
    try:
        form = await parse_form(TaskForm, request)
        task = await set_task(connection, placement_id, form.week, form.text)
    except (InvalidInput, NoSuchWeek, TooManyTasks) as refusal:  # nothing was written, so nothing is committed
        errors = refusal.fields or {"text": refusal.message}
        return await show(request, connection, access, None, {"text": text_of(posted, "text")}, errors)
    return redirect(request, week_path(access.placement, task.week), notice="task-set")


@post(f"{ROOT}/tasks/{{task_id:int}}/tick", guards=[signed_in], include_in_schema=False)
async def post_tick(request: Asked, placement_id: BigId, task_id: BigId, connection: Connection) -> Response[None]:
    access = await allowed(connection, request.user, placement_id, "tick_tasks")
    form = await parse_form(TickForm, request)
    task = await tick_task(connection, placement_id, task_id, form.done)
    return redirect(request, week_path(access.placement, task.week))


@post(f"{ROOT}/tasks/{{task_id:int}}/removal", guards=[signed_in], include_in_schema=False)
async def post_removal(request: Asked, placement_id: BigId, task_id: BigId, connection: Connection) -> Response[None]:
    await allowed(connection, request.user, placement_id, "set_tasks")
    await remove_task(connection, placement_id, task_id)
    return redirect(request, f"/internships/placements/{placement_id}", notice="task-removed")


@post(f"{ROOT}/diary", guards=[signed_in], include_in_schema=False)
async def post_diary(request: Asked, placement_id: BigId, connection: Connection) -> Response[Any]:
    access = await allowed(connection, request.user, placement_id, "write_diary")
    posted = await request.form()
    typed = {"entry": text_of(posted, "entry"), "day": text_of(posted, "day")}
    try:
        form = await parse_form(DiaryForm, request)
        await write_entry(connection, placement_id, form.day, form.entry)
    except (InvalidInput, NoDayOfIt) as refusal:
        return await show(request, connection, access, None, typed, refusal.fields)
    week = week_of(access.placement, form.day)
    return redirect(request, week_path(access.placement, week), notice="diary-written")


@get("/internships/school", guards=[signed_in], include_in_schema=False)
async def school_page(request: Asked, reads: Connection) -> Response[str]:
    """Anybody may ask; each sees the pupils whose placements name their own address."""
    return page(request, "internships/running/school.html", pupils=await pupils_of(reads, request.user))


async def show(
    request: Asked,
    connection: Connection,
    access: Access,
    week: int | None,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    day: date | None = None,
) -> Response[str]:
    """Each part is read only for who may see it. `day` is the one whose diary is opened to be changed."""
    placement = access.placement
    today = today_in(placement)
    shown = min(week, last_week(placement)) if week else week_shown(placement, today)
    monday = monday_of_week(placement, shown)
    presence = await presence_of(connection, placement) if access.may("presence") else []
    all_tasks = await tasks_of(connection, placement.id) if access.may("tasks") else []
    certificate = await certificate_of(connection, placement.id)
    days = [each for each in presence if week_of(placement, each.day) == shown]
    so_far = [each.day for each in days if each.day <= today]
    diary_days = {f"{each}": format_day(each) for each in so_far}
    if tried := (typed or {}).get("day"):
        diary_days.setdefault(tried, tried)  # a day that it does not have stays as it was typed
    return page(
        request,
        "internships/running/placement.html",
        422 if errors else 200,
        access=access,
        placement=placement,
        called=first_name(placement.applicant or ""),
        state=state_word(placement.status),
        week=shown,
        weeks=last_week(placement),
        monday=monday,
        sunday=monday + timedelta(days=6),
        today=today,
        days=days,
        came=sum(each.state == "came" for each in presence),
        over=sum(each.state in ("came", "missed") or (each.state == "told" and each.day < today) for each in presence),
        attendance_word=attendance_word,
        can_miss=access.may("tell_absent") and placement.status in ("confirmed", "active"),
        tasks=[each for each in all_tasks if each.week == shown],
        tasks_open=placement.status in tasks.WRITABLE,
        diary=await diary_of(connection, placement.id) if access.may("diary") else {},
        diary_days=list(diary_days.items()),
        diary_day=day if day in so_far else so_far[-1] if so_far else None,
        diary_open=access.may("write_diary") and placement.status in diary.WRITABLE,
        wants_answer=access.may("reconfirm") and await wants_answer(connection, placement),
        certificate=certificate,
        may_issue=access.may("issue")
        and (certificate is None or certificate.revoked_at is not None)
        and may_issue(placement),
        feedback=await feedback_of(connection, access) if access.may("feedback") else None,
        may_give=await may_give(connection, access),
        agreement=await terms_of(connection, placement.id) if access.may("agreement") else None,
        typed=typed or {},
        errors=errors or {},
    )


ROUTES = [placement_page, post_task, post_tick, post_removal, post_diary, school_page]
