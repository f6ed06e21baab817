"""What is said on the page after a change: each notice is there, and none is left over."""

import re

from landbooking.pages import NOTICES
from landbooking.paths import PACKAGE


def test_every_notice_that_is_named_exists_and_is_named_somewhere() -> None:
    named = {
        word
        for file in PACKAGE.rglob("*.py")
        for expression in re.findall(r"notice=([^\n]*)", file.read_text())
        for word in re.findall(r'(?<!== )"([a-z-]+)"', expression)  # what is compared with is no notice
    }
    assert named == set(NOTICES)


def test_no_two_say_the_same() -> None:
    assert len(set(NOTICES.values())) == len(NOTICES)
