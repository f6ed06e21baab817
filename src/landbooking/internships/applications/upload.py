"""A form with a PDF in it: read slowly and without a connection of the pool in hand."""

from typing import Any, ClassVar

from litestar import Request
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions import HTTPException

from landbooking.bodies import LARGEST_BODY, read_within
from landbooking.errors import Refusal
from landbooking.forms import Fields
from landbooking.internships.applications.pdf import Pdf, pdf_from
from landbooking.language import gettext as _

# As deploy/Caddyfile has it. More than a CV may have: one that is a little too large is answered by its form.
LARGEST_UPLOAD = 8_000_000  # bytes
PATIENCE = 120.0  # seconds: villages have lines that send 100 kB a second, and less


class UploadTooLarge(Refusal):
    status: ClassVar[int] = 413
    code: ClassVar[str] = "upload-too-large"

    def __init__(self, way_on: str) -> None:
        super().__init__(_("Diese Datei ist viel zu groß. Bitte nehmen Sie eine mit höchstens 5 MB."), way_on)


async def read_upload(request: Request[Any, Any, Any]) -> None:
    """In place of the app's hook: a file takes longer. Raises UploadTooLarge."""
    try:
        await read_within(request, PATIENCE)
    except HTTPException as error:
        if error.status_code == 413:
            raise UploadTooLarge(request.scope["path"]) from None
        raise


async def posted_form(request: Request[Any, Any, Any]) -> Fields:
    """Empty where it is neither a form with a file nor a small one: to take eight megabytes apart would take long."""
    kind, _options = request.content_type
    if kind == RequestEncodingType.MULTI_PART or len(await request.body()) <= LARGEST_BODY:
        return await request.form()
    return FormMultiDict()


async def pdf_in(posted: Fields, name: str) -> Pdf | None:
    """None where no file was chosen. Raises WrongPdf."""
    upload = posted.get(name)
    if not isinstance(upload, UploadFile) or not upload.filename:
        return None
    return await pdf_from(await upload.read())
