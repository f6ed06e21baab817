"""Printed pages of any words: tagged, and with a sign in place of each letter that no font has."""

import msgspec
import pytest

from landbooking import typesetting
from landbooking.typesetting import typeset


class Content(msgspec.Struct):
    name: str
    more: list[tuple[str, str]]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Łukasz Żółć", "Łukasz Żółć"),
        ("محمد", "محمد"),
        ("Ana 🪑", "Ana ?"),
        ("张三", "??"),
        ('#panic() *a* $x$ "\\"', '#panic() *a* $x$ "\\"'),
    ],
)
def test_letters_are_printed_as_far_as_a_font_has_them(monkeypatch: pytest.MonkeyPatch, name: str, shown: str) -> None:
    printed = []
    template = b"""
        #let content = json(bytes(sys.inputs.content))
        #set document(title: "Probe")
        #set text(lang: "de")
        = #content.name
        #for (word, value) in content.more [/ #word: #value]
    """
    real = typesetting._compile

    def compiled(source: bytes, content: object) -> bytes:
        pdf = real(source, content)
        printed.append(content)
        return pdf

    monkeypatch.setattr(typesetting, "_source", lambda _name: template)
    monkeypatch.setattr(typesetting, "_compile", compiled)
    pdf = typeset("probe", Content(name, [("Wort", name)]))
    for sign in (b"/StructTreeRoot", b"/Lang", b"/Marked true", b"/Title", b"pdfuaid"):
        assert sign in pdf
    assert printed[-1] == {"name": shown, "more": [["Wort", shown]]} or printed[-1] == {
        "name": shown,
        "more": [("Wort", shown)],
    }
