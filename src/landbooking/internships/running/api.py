"""A placement that runs in the JSON API: the same verbs as the pages."""

from datetime import date
from typing import Any

import msgspec
from litestar import Request, delete, get, post, put
from litestar.params import FromPath, JSONBody

from landbooking.accounts.guards import signed_in
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField
from landbooking.ids import BigId
from landbooking.internships.running import representations as shown
from landbooking.internships.running.absence import tell_absent
from landbooking.internships.running.access import RIGHTS, Access, access_to, allowed
from landbooking.internships.running.diary import diary_of, write_entry
from landbooking.internships.running.feedback import Feedback, feedback_of, give_feedback
from landbooking.internships.running.presence import presence_of
from landbooking.internships.running.reconfirmation import reconfirm, say_no, wants_answer
from landbooking.internships.running.school import pupils_of
from landbooking.internships.running.tasks import remove_task, set_task, tasks_of, tick_task

Asked = Request[Person, Any, Any]
ONE = "/placements/{placement_id:int}"
TAGS = ["internships"]


@get(
    f"{ONE}/running",
    guards=[signed_in],
    operation_id="runningPlacement",
    summary="Days, presence and tasks of a placement",
    tags=TAGS,
    security=OWNER,
    responses=problems(404),
)
async def get_running(request: Asked, reads: Connection, placement_id: BigId) -> shown.RunningView:
    """For the intern, the mentor, who manages the company, and staff of its district; each sees their part."""
    return await _running(reads, await access_to(reads, request.user, placement_id))


@post(
    f"{ONE}/tasks",
    guards=[signed_in],
    operation_id="setTask",
    summary="Set a task for a week",
    tags=TAGS,
    security=OWNER,
    dto=FieldByField[shown.NewTask],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_task(
    request: Asked, connection: Connection, placement_id: BigId, data: JSONBody[shown.NewTask]
) -> shown.TaskView:
    await allowed(connection, request.user, placement_id, "set_tasks")
    task = await set_task(connection, placement_id, data.week, data.text)
    return shown.TaskView(task.id, task.week, task.text, task.done_at)


@put(
    f"{ONE}/tasks/{{task_id:int}}",
    guards=[signed_in],
    operation_id="tickTask",
    summary="Tick a task, or not",
    tags=TAGS,
    security=OWNER,
    dto=FieldByField[shown.Tick],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def put_tick(
    request: Asked, connection: Connection, placement_id: BigId, task_id: BigId, data: JSONBody[shown.Tick]
) -> shown.TaskView:
    """For the intern."""
    await allowed(connection, request.user, placement_id, "tick_tasks")
    task = await tick_task(connection, placement_id, task_id, data.done)
    return shown.TaskView(task.id, task.week, task.text, task.done_at)


@delete(
    f"{ONE}/tasks/{{task_id:int}}",
    guards=[signed_in],
    operation_id="removeTask",
    summary="Remove a task",
    tags=TAGS,
    security=OWNER,
    responses=problems(403, 404, 409),
)
async def delete_task(request: Asked, connection: Connection, placement_id: BigId, task_id: BigId) -> None:
    """409 for one that is done."""
    await allowed(connection, request.user, placement_id, "set_tasks")
    await remove_task(connection, placement_id, task_id)


@put(
    f"{ONE}/diary/{{day:date}}",
    guards=[signed_in],
    operation_id="writeDiary",
    summary="Write the diary of a day",
    tags=TAGS,
    security=OWNER,
    status_code=204,
    dto=FieldByField[shown.DiaryText],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def put_diary(
    request: Asked, connection: Connection, placement_id: BigId, day: FromPath[date], data: JSONBody[shown.DiaryText]
) -> None:
    """For the intern; read by the mentor alone. 422 for a day that is none of it, or has not come."""
    await allowed(connection, request.user, placement_id, "write_diary")
    await write_entry(connection, placement_id, day, data.text)


@post(
    f"{ONE}/reconfirmation",
    guards=[signed_in],
    operation_id="reconfirmPlacement",
    summary="Say whether one comes",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    dto=FieldByField[shown.ComingAnswer],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_reconfirmation(
    request: Asked, connection: Connection, placement_id: BigId, data: JSONBody[shown.ComingAnswer]
) -> shown.RunningView:
    """For the intern, before the start. "no" cancels the placement and frees the place for others."""
    await allowed(connection, request.user, placement_id, "reconfirm")
    if data.answer == "yes":
        await reconfirm(connection, placement_id)
    else:
        await say_no(connection, request.user, placement_id)
    return await _running(connection, await access_to(connection, request.user, placement_id))


@post(
    f"{ONE}/absences",
    guards=[signed_in],
    operation_id="tellAbsent",
    summary="Say that one does not come on a day",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    dto=FieldByField[shown.MissedDay],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_absence(
    request: Asked, connection: Connection, placement_id: BigId, data: JSONBody[shown.MissedDay]
) -> shown.RunningView:
    """For the intern, until the day is over. The mentor and the company are told, and the desk is free for others."""
    await allowed(connection, request.user, placement_id, "tell_absent")
    await tell_absent(connection, request.user, placement_id, data.day)
    return await _running(connection, await access_to(connection, request.user, placement_id))


@get(
    f"{ONE}/feedback",
    guards=[signed_in],
    operation_id="placementFeedback",
    summary="What both sides said afterwards",
    tags=TAGS,
    security=OWNER,
    responses=problems(403, 404),
)
async def get_feedback(request: Asked, reads: Connection, placement_id: BigId) -> shown.BothView:
    """The other side's once both have answered, or 14 days after the end."""
    return await _both(reads, await allowed(reads, request.user, placement_id, "feedback"))


@post(
    f"{ONE}/feedback",
    guards=[signed_in],
    operation_id="givePlacementFeedback",
    summary="Say how it was",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    dto=FieldByField[shown.NewPlacementFeedback],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_feedback(
    request: Asked, connection: Connection, placement_id: BigId, data: JSONBody[shown.NewPlacementFeedback]
) -> shown.BothView:
    """Once, in the 14 days after the end."""
    access = await allowed(connection, request.user, placement_id, "give_feedback")
    await give_feedback(connection, access, data.stars, data.text)
    return await _both(connection, access)


@get(
    "/school/presence",
    guards=[signed_in],
    operation_id="schoolPresence",
    summary="Who of a school's pupils came",
    tags=TAGS,
    security=OWNER,
    responses=problems(),
)
async def get_school(request: Asked, reads: Connection) -> shown.Pupils:
    """Of school-run placements that name the asking person's mail address: first name and days, and nothing else."""
    pupils = await pupils_of(reads, request.user)
    return shown.Pupils(
        [shown.PupilView(each.called, [shown.PupilDay(one.day, one.came) for one in each.days]) for each in pupils]
    )


async def _running(connection: Connection, access: Access) -> shown.RunningView:
    placement = access.placement
    entries = await diary_of(connection, placement.id) if access.may("diary") else {}
    return shown.RunningView(
        id=placement.id,
        status=placement.status,
        title=placement.title,
        company=placement.company,
        space=placement.space,
        first_day=placement.first,
        last_day=placement.last,
        days=[
            shown.RunningDay(
                each.day,
                each.period.start,
                each.period.end,
                each.came_at,
                each.left_at,
                each.state,
                entries.get(each.day),
            )
            for each in await presence_of(connection, placement)
        ],
        tasks=[
            shown.TaskView(each.id, each.week, each.text, each.done_at)
            for each in await tasks_of(connection, placement.id)
        ],
        may=sorted({right for role in access.roles for right in RIGHTS[role]}),
        asked_to_reconfirm=access.may("reconfirm") and await wants_answer(connection, placement),
    )


async def _both(connection: Connection, access: Access) -> shown.BothView:
    both = await feedback_of(connection, access)
    return shown.BothView(_feedback(both.intern), _feedback(both.company))


def _feedback(one: Feedback | None) -> shown.FeedbackView | None:
    return shown.FeedbackView(**msgspec.structs.asdict(one)) if one else None


ROUTES = [
    get_running,
    post_task,
    put_tick,
    delete_task,
    put_diary,
    post_reconfirmation,
    post_absence,
    get_feedback,
    post_feedback,
    get_school,
]
