"""What a host sets beforehand, in the form as it is."""

from playwright.sync_api import Page, expect


def save(page: Page, path: str, fields: dict[str, str]) -> None:
    """The host's form, with these fields changed."""
    page.goto(path)
    for name, value in fields.items():
        field = page.locator(f'main [name="{name}"]')
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        elif field.get_attribute("type") == "checkbox":
            field.check()
        elif field.get_attribute("type") == "radio":
            page.locator(f'main [name="{name}"][value="{value}"]').check()
        else:
            field.evaluate("(field, value) => { field.value = value; }", value)
    with page.expect_navigation():
        page.locator("main form .button").first.click()
    expect(page.locator(".error-summary")).to_have_count(0)
