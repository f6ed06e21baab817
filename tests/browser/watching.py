"""What no page may do, whatever is done with it."""

from playwright.sync_api import ConsoleMessage, Page, Request, Response


class Watch:
    """Notes errors in the console (violations of the Content-Security-Policy among them) and requests to elsewhere.

    `statuses` are those of the pages that were opened, the last one last.
    """

    def __init__(self, page: Page, address: str) -> None:
        self.address = address
        self.complaints: list[str] = []
        self.statuses: list[int] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("request", self._request)
        page.on("response", self._response)

    def forget(self) -> None:
        """For another page in the same window."""
        self.complaints.clear()
        self.statuses.clear()

    def _console(self, message: ConsoleMessage) -> None:
        # Chromium also notes it as an error when a page itself is answered with 404 or 422, as some must be.
        if message.type in ("error", "warning") and "the server responded with a status of 4" not in message.text:
            self.complaints.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.address}/", "data:")):
            self.complaints.append(f"request: {request.url}")

    def _response(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self.statuses.append(response.status)
