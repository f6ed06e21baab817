"""Each test logs in a process of its own: logging is set once a process, and pytest has its own."""

import json
import subprocess
import sys
from typing import Any

CONFIGURED = """
import logging, structlog, uvicorn
from landbooking.logs import configure_logging
configure_logging({level!r})
log = structlog.get_logger()
"""


def logged(code: str, level: str = "info") -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-c", CONFIGURED.format(level=level) + code], capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_a_line_is_json_and_names_its_request() -> None:
    [line] = logged("structlog.contextvars.bind_contextvars(request_id='r-1'); log.info('request', status=200)")
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "request", "level": "info", "status": 200, "request_id": "r-1"}


def test_libraries_log_the_same_way() -> None:
    [line] = logged(
        "structlog.contextvars.bind_contextvars(request_id='r-2')\n"
        "logging.getLogger('uvicorn.error').info('Started %s', 7, extra={'color_message': 'x'})"
    )
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "Started 7", "level": "info", "logger": "uvicorn.error", "request_id": "r-2"}


def test_libraries_that_chat_are_silent() -> None:
    assert logged("logging.getLogger('uvicorn.access').warning('GET /sign-in/secret')") == []
    assert logged("logging.getLogger('arq.worker').info('cron:deliver')") == []
    assert [line["event"] for line in logged("logging.getLogger('arq.worker').warning('late')")] == ["late"]


def test_only_the_level_and_above() -> None:
    both = (
        "log.info('low'); logging.getLogger('x').info('low'); log.error('high'); logging.getLogger('x').error('high')"
    )
    assert [line["event"] for line in logged(both, level="warning")] == ["high", "high"]


def test_an_exception_is_data_without_local_variables() -> None:
    [line] = logged("""
def refuse(typed):
    raise ValueError("not a number")
try:
    refuse("what a person typed")
except ValueError:
    log.exception("failed")
""")
    [exception] = line["exception"]
    assert exception["exc_type"] == "ValueError"
    assert exception["exc_value"] == "not a number"
    assert [frame["name"] for frame in exception["frames"]] == ["<module>", "refuse"]
    assert "what a person typed" not in json.dumps(line)


def test_an_exception_of_a_library_is_the_same_data() -> None:
    [line] = logged("""
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
""")
    assert line["exception"][0]["exc_type"] == "ZeroDivisionError"


def test_neither_addresses_nor_passwords_are_logged() -> None:
    [line] = logged("""
import asyncpg
log.warning(
    "away",
    url="postgresql://landbooking:hunter2@database/landbooking",
    to=["anwohnerin@example.org"],
    error=asyncpg.UniqueViolationError("known: gast@example.org"),
    quoted="duplicate key\\nDETAIL:  Key (name)=(Anwohnerin) already exists.",
)
""")
    text = json.dumps(line)
    assert "hunter2" not in text
    assert "example.org" not in text
    assert "Anwohnerin" not in text
    assert line["url"] == "[address]"
    assert line["quoted"] == "duplicate key"


def test_an_exceptions_message_is_blotted_too() -> None:
    [line] = logged("""
try:
    try:
        raise KeyError("gast@example.org")
    except KeyError as error:
        raise RuntimeError("no mail to gast@example.org") from error
except RuntimeError:
    logging.getLogger("uvicorn.error").exception("failed for gast@example.org")
""")
    assert "gast" not in json.dumps(line)
    assert len(line["exception"]) == 2
