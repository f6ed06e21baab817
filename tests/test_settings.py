import os
import subprocess
import sys
from pathlib import Path

import pytest

from landbooking.settings import Settings, SettingsError, load_settings

COMPLETE = {
    "LANDBOOKING_DATABASE_URL": "postgresql://landbooking@127.0.0.1:1/landbooking",
    "LANDBOOKING_REDIS_URL": "redis://127.0.0.1:1/0",
    "LANDBOOKING_SMTP_URL": "smtp://127.0.0.1:1",
    "LANDBOOKING_BASE_URL": "https://buchen.example.org",
    "LANDBOOKING_SECRET": "a secret of at least 32 characters",
    "LANDBOOKING_MAIL_FROM": "buchung@example.org",
    "LANDBOOKING_OPERATOR": "Landkreis Kusel",
    "LANDBOOKING_CONTACT": "hilfe@example.org",
}

WRONG = [
    ("DATABASE_URL", "mysql://localhost/landbooking", "it must begin with postgres:// or postgresql://"),
    ("REDIS_URL", "localhost:6379", "it must begin with redis:// or rediss:// or unix://"),
    ("SMTP_URL", "mail.example.org", "it must begin with smtp:// or smtps://"),
    ("BASE_URL", "buchen.example.org", "it must begin with http:// or https://"),
    ("BASE_URL", "https://", "it must be like https://"),
    ("BASE_URL", "https://example.org/buchen", "it must be like https://"),
    ("SECRET", "short", "length >= 32"),
    ("METRICS_TOKEN", "short", "length >= 32"),
    ("DATABASE_POOL", "many", "int"),
    ("DATABASE_POOL", "0", ">= 1"),
    ("SMTP_TIMEOUT", "0", "> 0"),
    ("LOG_LEVEL", "loud", "it must be one of debug, error, info, warning"),
    ("DATABASE_URL", "postgresql://host:abc/landbooking", "host or port"),
    ("DATABASE_URL", "postgresql://one:5432,two:abc/landbooking", "host or port"),
    ("REDIS_URL", "redis://host:abc", "host or port"),
    ("REDIS_URL", "redis://host/first", "it must end with a number"),
    ("SMTP_URL", "smtp://", "it must name a host"),
    ("SMTP_URL", "smtp://name:word@:25", "it must name a host"),
    ("SMTP_URL", "smtp://host:abc", "host or port"),
    ("SMTP_URL", "smtp://host:99999", "host or port"),
    ("SMTP_URL", "smtp://host:0", "host or port"),
    ("BASE_URL", "http://[x", "host or port"),
    ("BASE_URL", "https://name:word@host", "it must be like https://"),
    ("BASE_URL", "https://host/#x", "it must be like https://"),
    ("TRUSTED_PROXIES", "not an ip", "it must be IP addresses"),
    ("TRUSTED_PROXIES", "10.0.0.1,", "it must be IP addresses"),
    ("TRUSTED_PROXIES", "127.0.0.1,*", "it must be IP addresses"),
    ("TRUSTED_PROXIES", "10.0.0.1/8", "it must be IP addresses"),
    ("MAIL_FROM", "Buchung", "it must be a mail address"),
    ("MAIL_FROM", "nobody@", "it must be a mail address"),
    ("MAIL_FROM", "Foo <a@b.de>", "it must be a mail address"),
    ("CONTACT", "hilfe", "it must be a mail address"),
    ("CONTACT", "a@b.de, c@d.de", "it must be a mail address"),
    ("OPERATOR", "Landkreis\nKusel", "it must be one line"),
    ("VALHALLA_URL", "valhalla:8002", "it must begin with http:// or https://"),
    ("OSRM_URL", "ftp://osrm", "it must begin with http:// or https://"),
]


def test_the_required_ones_are_enough() -> None:
    settings = load_settings(COMPLETE)
    assert settings.base_url == "https://buchen.example.org"
    assert settings.secure
    assert settings.host == "buchen.example.org"
    assert settings.metrics_token is None


def test_texts_become_numbers() -> None:
    settings = load_settings({**COMPLETE, "LANDBOOKING_DATABASE_POOL": "25", "LANDBOOKING_SMTP_TIMEOUT": "2.5"})
    assert (settings.database_pool, settings.smtp_timeout) == (25, 2.5)


def test_an_empty_value_is_not_set() -> None:
    assert load_settings({**COMPLETE, "LANDBOOKING_DATABASE_POOL": ""}).database_pool == 10
    with pytest.raises(SettingsError, match=r"^The setting LANDBOOKING_SECRET is missing\.$"):
        load_settings({**COMPLETE, "LANDBOOKING_SECRET": ""})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://name:word@one:5432,two:5433/landbooking"),
        ("DATABASE_URL", "postgresql:///landbooking?host=/run/postgresql"),
        ("REDIS_URL", "unix:///run/valkey.sock"),
        ("REDIS_URL", "rediss://:word@[::1]:6379"),
        ("SMTP_URL", "smtps://name:word@host"),
        ("BASE_URL", "http://[::1]:8000/"),
        ("TRUSTED_PROXIES", "127.0.0.1, ::1,10.0.0.0/8"),
        ("TRUSTED_PROXIES", "*"),
        ("OPERATOR", "Landkreis „Kusel“, Amt 3"),
    ],
)
def test_what_is_rare_is_not_wrong(name: str, value: str) -> None:
    load_settings({**COMPLETE, f"LANDBOOKING_{name}": value})


def test_other_variables_are_none_of_our_business() -> None:
    assert isinstance(load_settings({**COMPLETE, "PATH": "/bin", "LANDBOOKING_TEST_DATABASE_URL": "x"}), Settings)


@pytest.mark.parametrize("name", COMPLETE)
def test_a_missing_one_is_named(name: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings({key: value for key, value in COMPLETE.items() if key != name})
    assert str(refused.value) == f"The setting {name} is missing."


@pytest.mark.parametrize(("name", "value", "reason"), WRONG)
def test_a_wrong_one_is_named_with_the_reason(name: str, value: str, reason: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings({**COMPLETE, f"LANDBOOKING_{name}": value})
    sentence = str(refused.value)
    assert f"LANDBOOKING_{name}" in sentence
    assert reason in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize("command", ["serve", "worker", "migrate"])
def test_a_command_without_its_settings_says_which_and_exits_2(command: str, tmp_path: Path) -> None:
    done = _landbooking(command, {}, tmp_path)
    assert done.returncode == 2
    assert done.stderr == "landbooking: The setting LANDBOOKING_DATABASE_URL is missing.\n"


def test_a_command_with_a_wrong_setting_says_which_and_exits_2(tmp_path: Path) -> None:
    done = _landbooking("serve", {**COMPLETE, "LANDBOOKING_LOG_LEVEL": "loud"}, tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("landbooking: The setting LANDBOOKING_LOG_LEVEL is wrong: ")
    assert done.stderr.count("\n") == 1


def test_no_secret_is_quoted_when_it_is_wrong(tmp_path: Path) -> None:
    done = _landbooking("serve", {**COMPLETE, "LANDBOOKING_SECRET": "hunter2"}, tmp_path)
    assert done.returncode == 2
    assert "hunter2" not in done.stdout + done.stderr


def _landbooking(command: str, settings: dict[str, str], folder: Path) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LANDBOOKING_")}
    return subprocess.run(
        [sys.executable, "-m", "landbooking", command],
        env=environment | settings,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
