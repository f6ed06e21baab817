import pytest
from hypothesis import given
from hypothesis import strategies as st

from landbooking.places.municipality_file import COLUMNS, STATES, BadRows, Row, read_municipalities

HEADER = "ags,name,association,lat,lon,population"
KUSEL = "07336055,Kusel,Kusel-Altenglan,49.538,7.405,5341"
KUSEL_ROW = Row("07336055", "Kusel", "Kusel-Altenglan", 49.538, 7.405, 5341)


def file(*lines: str) -> bytes:
    return "\n".join([HEADER, *lines]).encode()


def complaints(content: bytes) -> list[str]:
    with pytest.raises(BadRows) as refused:
        read_municipalities(content)
    assert str(refused.value) == "\n".join(refused.value.rows)
    return refused.value.rows


@pytest.mark.parametrize(
    "content",
    [
        file(KUSEL),
        file(KUSEL, ""),
        b"\xef\xbb\xbf" + file(KUSEL),
        file(KUSEL).replace(b"\n", b"\r\n"),
        file(KUSEL).replace(b"\n", b"\r"),
        file("", KUSEL, ",,,,,"),
        b"\n" + file(KUSEL),
        file(KUSEL).replace(b",", b";"),
        file(KUSEL).replace(b",", b";").replace(b"49.538", b"49,538").replace(b"7.405", b"7,405"),
        file(' 07336055 ,"Kusel", Kusel-Altenglan,+49.538,7.405, 5341'),
        b"Population,LON,lat,association,name,AGS\n5341,7.405,49.538,Kusel-Altenglan,Kusel,07336055\n",
    ],
)
def test_what_spreadsheets_write_is_read(content: bytes) -> None:
    assert read_municipalities(content) == [KUSEL_ROW]


def test_a_name_may_hold_the_delimiter_in_quotes_and_comes_out_composed() -> None:
    rows = read_municipalities(file('07336047,"Hu\u0308ffler, Dorf",,49,7,0'))
    assert rows == [Row("07336047", "Hüffler, Dorf", "", 49.0, 7.0, 0)]


def test_every_state_of_the_official_key_is_known() -> None:
    assert list(STATES) == [f"{number:02}" for number in range(1, 17)]
    assert STATES["07"] == "RP"
    assert len(set(STATES.values())) == 16


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n", b" \r\n"])
def test_an_empty_file_is_said_to_be_empty(content: bytes) -> None:
    assert complaints(content) == ["Line 1: the file is empty."]


def test_a_header_alone_is_too_little() -> None:
    assert complaints(file()) == ["Line 1: no municipality follows the header."]


@pytest.mark.parametrize(
    ("header", "missing"),
    [
        (KUSEL, ", ".join(COLUMNS)),
        ("ags,name,association,lat,lon", "population"),
        ("ags,nam,association,lat,lon,population", "name"),
        ('"ags', ", ".join(COLUMNS)),
    ],
)
def test_a_wrong_header_is_told_what_it_misses(header: str, missing: str) -> None:
    [sentence] = complaints(f"{header}\n{KUSEL}\n".encode())
    assert sentence.startswith(f"Line 1: the header must name exactly the columns {', '.join(COLUMNS)}.")
    assert sentence.endswith(f" Missing: {missing}.")


@pytest.mark.parametrize("extra", ["mayor", "ags"])
def test_a_header_with_a_column_too_many_is_refused(extra: str) -> None:
    [sentence] = complaints(f"{HEADER},{extra}\n{KUSEL},x\n".encode())
    assert sentence == f"Line 1: the header must name exactly the columns {', '.join(COLUMNS)}."


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("07336055,Kusel,KA,49.5,7.4", "it has 5 columns, the header has 6."),
        ("07336055,Kusel,KA,49.5,7.4,1,", "it has 7 columns, the header has 6."),
        (
            "7336055,Kusel,KA,49.5,7.4,1",
            "the key (ags) must have eight digits, not “7336055”. Did a spreadsheet drop its leading zero?",
        ),
        ("0733605x,Kusel,KA,49.5,7.4,1", "the key (ags) must have eight digits, not “0733605x”."),
        (",Kusel,KA,49.5,7.4,1", "the key (ags) must have eight digits, not “”."),
        ("٠٧٣٣٦٠٥٥,Kusel,KA,49.5,7.4,1", "the key (ags) must have eight digits, not “٠٧٣٣٦٠٥٥”."),
        ("17336055,Kusel,KA,49.5,7.4,1", "the key 17336055 begins with 17, which is none of the states 01 to 16."),
        ("07336055, ,KA,49.5,7.4,1", "the name is missing."),
        ('07336055,"Ku\nsel",KA,49.5,7.4,1', "the name must be one line of at most 200 printable characters."),
        (f"07336055,Kusel,{'x' * 201},49,7,1", "the association must be one line of at most 200 printable characters."),
        ("07336055,Kusel,KA,90.1,7.4,1", "lat must be degrees from -90 to 90, not “90.1”."),
        ("07336055,Kusel,KA,nan,7.4,1", "lat must be degrees from -90 to 90, not “nan”."),
        ("07336055,Kusel,KA,49.5,-180.5,1", "lon must be degrees from -180 to 180, not “-180.5”."),
        ("07336055,Kusel,KA,49.5,1e1,1", "lon must be degrees from -180 to 180, not “1e1”."),
        ("07336055,Kusel,KA,49.5,,1", "lon must be degrees from -180 to 180, not “”."),
        ("07336055,Kusel,KA,49.5,7.4,-1", "the population must be a whole number from 0, not “-1”."),
        ("07336055,Kusel,KA,49.5,7.4,1.5", "the population must be a whole number from 0, not “1.5”."),
        (
            f"07336055,Kusel,KA,49.5,7.4,{'9' * 50}",
            f"the population must be a whole number from 0, not “{'9' * 40}…”.",
        ),
        (KUSEL.replace("07336055", "07336001"), "the key “07336001” stands in line 2 already."),
        ('07336055,"Kusel"x,KA,49.5,7.4,1', "it can't be read as CSV (',' expected after '\"')."),
    ],
)
def test_each_mistake_is_named_with_its_line(row: str, sentence: str) -> None:
    before = "07336001,Adenbach,Lauterecken-Wolfstein,49.665,7.654,145"
    after = "07336002,Albessen,Kusel-Altenglan,49.517,7.329,143"
    assert complaints(file(before, row, after)) == [f"Line 3: {sentence}"]


def test_all_mistakes_of_all_rows_are_told_at_once() -> None:
    rows = complaints(file("1,,KA,91,181,-1", KUSEL, '"Kusel\nDorf"', "07336055,Kusel,KA,49,7,x"))
    assert [row.partition(":")[0] for row in rows] == ["Line 2"] * 5 + ["Line 4", "Line 6", "Line 6"]


def test_a_quotation_mark_that_never_closes_is_named_where_it_opens() -> None:
    [sentence] = complaints(file(KUSEL, '07336001,"Adenbach,LW,49,7,1', "07336002,Albessen,KA,49,7,1"))
    assert sentence.startswith("Line 3: it can't be read as CSV")


def test_a_file_that_is_not_utf_8_is_named_with_its_line() -> None:
    latin = file(KUSEL, "07336047,Hüffler,Oberes Glantal,49.497,7.390,494").decode().encode("latin-1")
    assert complaints(latin) == ["Line 3: this is not UTF-8. Please save the file as “CSV UTF-8”."]
    assert complaints(file(KUSEL).decode().encode("utf-16"))[0].startswith("Line 1: this is not UTF-8.")


def test_nul_bytes_are_named_with_their_lines() -> None:
    nul = ["Line 2: it contains a NUL byte.", "Line 4: it contains a NUL byte."]
    assert complaints(file("0\0", KUSEL, "Ku\0sel\0")) == nul


@given(st.binary(max_size=200) | st.text(alphabet='0,;"\n\r\t x', max_size=60).map(file))
def test_nonsense_is_refused_row_by_row(content: bytes) -> None:
    assert all(sentence.startswith("Line ") for sentence in complaints(content))
