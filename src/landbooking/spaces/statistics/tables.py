"""A report as tables, for the page beside their charts and for a spreadsheet. What is too few is said in words."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from landbooking.language import format_day, weekday_names
from landbooking.language import gettext as _
from landbooking.spaces.kinds import several
from landbooking.spaces.statistics import words
from landbooking.spaces.statistics.figures import Number, Occupancy
from landbooking.spaces.statistics.report import Report
from landbooking.spreadsheets import as_csv

Shape = Literal["bars", "columns"]


class Row(msgspec.Struct, frozen=True):
    """`label` is a short name for a chart."""

    name: str
    figure: Occupancy | Number
    label: str = ""


class Table(msgspec.Struct, frozen=True):
    """`heading` is that of the first column."""

    name: str
    title: str
    heading: str
    rows: list[Row]
    shape: Shape = "bars"


def tables_of_space(report: Report) -> list[Table]:
    """How much of it was used."""
    units = {unit.id: unit for ground in report.grounds for unit in ground.units}
    by_unit = [Row(units[unit].name, one) for unit, one in report.figures.by_unit.items()]
    return _tables(report, Table("resources", _("Auslastung nach Plätzen"), _("Platz"), by_unit))


def tables_of_district(report: Report) -> list[Table]:
    """How much of its spaces was used."""
    by_place = [Row(name, one) for name, one in report.by_municipality.items()]
    by_space = [Row(ground.name, report.by_space[ground.id]) for ground in report.grounds]
    return _tables(
        report,
        Table("municipalities", _("Auslastung nach Gemeinden"), _("Gemeinde"), by_place),
        Table("spaces", _("Auslastung nach Räumen"), _("Raum"), by_space),
    )


def _tables(report: Report, *own: Table) -> list[Table]:
    """What space and district have alike, around what is their own."""
    figures, names = report.figures, weekday_names()
    months = [
        Row(format_day(month, "month"), one, f"{month.month}/{month:%y}") for month, one in figures.by_month.items()
    ]
    tables = [
        Table("months", _("Auslastung nach Monaten"), _("Monat"), months, "columns"),
        Table(
            "weekdays",
            _("Auslastung nach Wochentagen"),
            _("Wochentag"),
            [Row(names[day - 1], one) for day, one in figures.by_weekday.items()],
        ),
        Table(
            "hours",
            _("Auslastung nach Stunden"),
            _("Stunde"),
            [Row(words.hour(hour), one, str(hour)) for hour, one in figures.by_hour.items()],
            "columns",
        ),
        *own,
        Table(
            "kinds",
            _("Auslastung nach Arten"),
            _("Art"),
            [Row(several(kind), one) for kind, one in figures.by_kind.items()],
        ),
    ]
    return [table for table in tables if len(table.rows) > 1 or (table.rows and table.name != "months")]


def number_tables(report: Report) -> list[Table]:
    figures = report.figures
    ended = [Row(words.outcome(one), number) for one, number in figures.ended.items()]
    leads = [Row(words.lead(days), number) for days, number in figures.leads.items()]
    return [
        Table("ended", _("Was aus Buchungen wurde"), _("Buchungen"), ended),
        Table("leads", _("Wie lange vorher gebucht wurde"), _("Gebucht"), leads),
    ]


def as_spreadsheet(report: Report, tables: Iterable[Table]) -> bytes:
    """Everything that the page with these tables tells, a row a figure; empty cells are told by the last column."""
    occupancy = [
        ("", _("Insgesamt"), report.figures.total),
        *((table.title, row.name, row.figure) for table in tables for row in table.rows),
    ]
    numbers = [
        ("", _("Insgesamt"), report.figures.bookings),
        *((table.title, row.name, row.figure) for table in number_tables(report) for row in table.rows),
    ]
    rows: list[list[object]] = []
    for title, name, figure in (*occupancy, *numbers):
        rows.append([report.span.name, title, name, *_cells(figure), _remark(figure)])
    rows += [[report.span.name, *cells] for cells in _week(report)]
    header = [
        _("Zeitraum"), _("Tabelle"), _("Zeile"), _("Gebuchte Stunden"), _("Buchbare Stunden"),
        _("Auslastung in Prozent"), _("Buchungen"), _("Hinweis"),
    ]  # fmt: skip
    return as_csv(header, rows)


def hours(seconds: int) -> float:
    return round(seconds / 3600, 1)


def _cells(figure: Occupancy | Number) -> list[object]:
    if isinstance(figure, Number):
        return ["", "", "", "" if figure.bookings is None else figure.bookings]
    if figure.booked is None:
        return ["", "", "", ""]
    return [hours(figure.booked), hours(figure.bookable), "" if figure.percent is None else figure.percent, ""]


def _remark(figure: Occupancy | Number) -> str:
    shown = figure.bookings if isinstance(figure, Number) else figure.booked
    if shown is None:
        return _("zu wenige Personen")
    return _("ohne das, was zu wenige betrifft") if figure.partial else ""


def _week(report: Report) -> Iterable[list[object]]:
    names = weekday_names()
    for weekday, hour in sorted(report.figures.open_slots):
        step = report.figures.week.get((weekday, hour))
        yield [_("Auslastung der Woche"), f"{names[weekday - 1]}, {words.hour(hour)}", "", "", "", "", words.full(step)]
