"""Logs: one JSON object a line on stderr, from our code and from the libraries alike, without personal data.

Every line of a request carries its `request_id`, which `middleware` binds. Mail addresses and passwords in addresses
are blotted out wherever they stand, since a driver's message may quote the value that it stumbled over.
"""

import logging
import re
import sys
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, Processor

# Whatever surrounds an @: somebody@example.org, and postgresql://name:password@host as well.
_ADDRESS = re.compile(r"[^\s\"'<>()\[\],;=]+@[^\s\"'<>()\[\],;]+")
_BLOTTED = "[address]"


def configure_logging(level: str) -> None:
    """Logs `level` ("debug", "info", "warning", "error") and above; calling it again replaces what was set."""
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, *_described(), *_rendered()],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.contextvars.merge_contextvars,
                *_described(),
                structlog.stdlib.add_logger_name,
            ],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendered()],
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    logging.captureWarnings(True)
    logging.getLogger("uvicorn.access").disabled = True  # it would log addresses; the middleware logs routes
    logging.getLogger("arq").setLevel(logging.WARNING)  # it would log twice a second that it looked for mails


def _described() -> list[Processor]:
    return [structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True)]


def _rendered() -> list[Processor]:
    """Exceptions as data (never with local variables, which hold whatever people typed), then one line of JSON."""
    exceptions = structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False, max_frames=30))
    return [
        exceptions,
        _without_personal_data,
        structlog.processors.JSONRenderer(ensure_ascii=False, default=lambda value: _blotted(repr(value))),
    ]


def _without_personal_data(_logger: Any, _method: str, event: EventDict) -> EventDict:
    return {name: _blotted(value) for name, value in event.items()}


def _blotted(value: Any) -> Any:
    """`value` without addresses, and without PostgreSQL's DETAIL, which quotes the row that it refused."""
    match value:
        case str():
            value = value.partition("\nDETAIL:")[0]
            return _ADDRESS.sub(_BLOTTED, value) if "@" in value else value
        case dict():
            return {name: _blotted(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_blotted(inner) for inner in value]
    return value
