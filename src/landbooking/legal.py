"""What the law wants every site to say: accessibility, data protection, who runs it."""

from typing import Any

from litestar import Request, Response, get

from landbooking.accounts.guards import public
from landbooking.pages import page


@get(["/accessibility", "/privacy", "/imprint"], guards=[public], include_in_schema=False)
async def legal_page(request: Request[Any, Any, Any]) -> Response[str]:
    name = request.scope["path"].strip("/")
    return page(request, f"legal/{name}.html", settings=request.app.state.settings)


ROUTES = [legal_page]
