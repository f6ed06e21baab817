"""Charts as geometry: nothing is cut, and what stands at a line is what it stands for."""

import pytest

from landbooking.charts import WIDTH, bars, columns


def test_names_stand_before_their_bars_where_they_fit() -> None:
    chart = bars([("Montag", 50, "50 %"), ("Dienstag", None, "–")])
    assert not chart.above
    assert chart.x > 0
    assert [bar.length for bar in chart.bars] == [chart.track / 2, 0]


def test_one_long_name_has_all_stand_above_their_bars() -> None:
    short = bars([("Kusel", 50, "50 %")] * 2)
    chart = bars([("Kusel", 50, "50 %"), ("Schönenberg-Kübelberg", 100, "100 %")])
    assert chart.above
    assert chart.x == 0
    assert short.track < chart.track < WIDTH
    assert [bar.name for bar in chart.bars] == ["Kusel", "Schönenberg-Kübelberg"]
    assert chart.height > short.height
    assert chart.bars[1].y - chart.bars[0].y == chart.height / 2


@pytest.mark.parametrize("highest", [0, 3, 10, 11, 20, 22, 30, 31, 50, 51, 100])
def test_lines_are_named_for_what_they_stand_at(highest: int) -> None:
    chart = columns([("Januar", "Jan", highest, f"{highest} %")])
    heights = {said: chart.floor - y for y, said in chart.lines}
    top = max(int(said.removesuffix(" %")) for said in heights)
    assert highest <= top
    for said, height in heights.items():
        assert height / max(heights.values()) == int(said.removesuffix(" %")) / top
