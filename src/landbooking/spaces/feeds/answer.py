"""How a calendar is answered to a program that fetches it again and again."""

import hashlib
from typing import Any

from litestar import Request, Response


def calendar_answer(request: Request[Any, Any, Any], body: bytes, caching: str) -> Response[bytes]:
    """304 where the program has it already. There is no Last-Modified: nothing has one instant of its last change here,
    since what is cancelled, renamed or over vanishes, and a date would tell when somebody has booked.
    """
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": caching, "Vary": "Accept-Language"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    return Response(body, headers={**headers, "Content-Type": "text/calendar; charset=utf-8"})
