"""Going through a page with the Tab key, and looking whether one sees where one is."""

from playwright.sync_api import Page

_FOCUS = """(selector) => {
  const here = document.activeElement;
  const style = getComputedStyle(here);
  const box = here.getBoundingClientRect();
  return {
    arrived: here.matches(selector),
    what: here.outerHTML.slice(0, 120),
    marked: here === document.body || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2),
    inView: here === document.body || (box.width > 0 && box.bottom > 0 && box.top < innerHeight),
  };
}"""


def tab_to(page: Page, selector: str, most: int = 80) -> None:
    """Presses Tab until the focus is on it; every stop on the way must be marked and in view."""
    for _press in range(most):
        page.keyboard.press("Tab")
        focus = page.evaluate(_FOCUS, selector)
        assert focus["marked"], f"the focus is not seen on {focus['what']}"
        assert focus["inView"], f"the focus is out of view on {focus['what']}"
        if focus["arrived"]:
            return
    raise AssertionError(f"{selector} was not reached")
