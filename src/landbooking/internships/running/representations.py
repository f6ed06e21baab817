"""A placement that runs, as the JSON API shows it and takes it."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from landbooking.internships.placements.placement import Status
from landbooking.internships.running import diary, feedback, tasks
from landbooking.internships.running.access import Right
from landbooking.internships.running.presence import State


class NewTask(msgspec.Struct, frozen=True):
    """`week` is counted from the first day's, which is 1."""

    week: Annotated[int, msgspec.Meta(ge=1, le=60)]
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=tasks.LONGEST)]


class Tick(msgspec.Struct, frozen=True):
    done: bool


class DiaryText(msgspec.Struct, frozen=True):
    """An empty text takes the entry away."""

    text: Annotated[str, msgspec.Meta(max_length=diary.LONGEST)]


class ComingAnswer(msgspec.Struct, frozen=True):
    """Whether the intern comes; "no" cancels."""

    answer: Literal["yes", "no"]


class MissedDay(msgspec.Struct, frozen=True):
    day: date


class NewPlacementFeedback(msgspec.Struct, frozen=True):
    stars: Annotated[int, msgspec.Meta(ge=1, le=5)]
    text: Annotated[str, msgspec.Meta(max_length=feedback.LONGEST)] = ""


class TaskView(msgspec.Struct, frozen=True):
    id: int
    week: int
    text: str
    done_at: datetime | None


class RunningDay(msgspec.Struct, frozen=True):
    """`left_at` is null for who stayed, `diary` for who may not read it, and where nothing is written."""

    day: date
    start: datetime
    end: datetime
    came_at: datetime | None
    left_at: datetime | None
    state: State
    diary: str | None


class RunningView(msgspec.Struct, frozen=True, kw_only=True):
    """`may` are the rights of who asks, `asked_to_reconfirm` whether an answer is awaited."""

    id: int
    status: Status
    title: str
    company: str
    space: str
    first_day: date
    last_day: date
    days: list[RunningDay]
    tasks: list[TaskView]
    may: list[Right]
    asked_to_reconfirm: bool


class FeedbackView(msgspec.Struct, frozen=True):
    stars: int
    text: str
    created_at: datetime


class BothView(msgspec.Struct, frozen=True):
    """The other side's is null until it may be read."""

    intern: FeedbackView | None
    company: FeedbackView | None


class PupilDay(msgspec.Struct, frozen=True):
    day: date
    came: Literal["came", "excused", "missed", "due"]


class PupilView(msgspec.Struct, frozen=True):
    called: str
    days: list[PupilDay]


class Pupils(msgspec.Struct, frozen=True):
    items: list[PupilView]
