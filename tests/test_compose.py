"""compose.yaml and what it uses, without a container engine: what can be known from the files alone."""

import re
import subprocess
import sys
from typing import Any

import msgspec
import pytest
from ruamel.yaml import YAML

from landbooking.settings import PREFIX, Settings, load_settings
from support.project import ROOT

TEXT = (ROOT / "compose.yaml").read_text()
COMPOSE: dict[str, Any] = YAML(typ="safe", pure=True).load(TEXT)
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = ["web", "worker", "migrate"]

VARIABLE = re.compile(r"(?<!\$)\$\{([^}]*)\}")
FILLED_IN = {
    "SITE_HOST": "buchen.example.org",
    "POSTGRES_PASSWORD": "0" * 64,
    "VALKEY_PASSWORD": "1" * 64,
    "LANDBOOKING_SECRET": "2" * 64,
    "LANDBOOKING_SMTP_URL": "smtp://mail:1025",
    "LANDBOOKING_MAIL_FROM": "buchung@example.org",
    "LANDBOOKING_OPERATOR": "Landkreis Kusel",
    "LANDBOOKING_CONTACT": "hilfe@example.org",
}


def test_it_follows_the_compose_specification() -> None:
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml"]
    done = subprocess.run(check, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_variable_must_be_set_and_says_so() -> None:
    variables = VARIABLE.findall(TEXT)
    assert variables
    for variable in variables:
        assert re.fullmatch(r"[A-Z_]+:\?set it in \.env: .+", variable), variable
    assert not re.search(r"(?<!\$)\$[A-Za-z_]", TEXT), "a variable without braces is silently empty"


def test_the_example_names_every_variable_and_gives_none_a_value() -> None:
    example = (ROOT / "deploy" / "env.example").read_text()
    required = {variable.partition(":")[0] for variable in VARIABLE.findall(TEXT)}
    passed_on = {name for name, value in SERVICES["web"]["environment"].items() if value is None}
    assert set(re.findall(r"^([A-Z_]+)=$", example, re.M)) == required == set(FILLED_IN)
    assert set(re.findall(r"^#([A-Z_]+)=$", example, re.M)) == passed_on


@pytest.mark.parametrize("name", OURS)
def test_what_is_filled_in_makes_valid_settings(name: str) -> None:
    environment = SERVICES[name]["environment"]
    filled = {
        key: VARIABLE.sub(lambda found: FILLED_IN[found[1].partition(":")[0]], value)
        for key, value in environment.items()
        if value is not None
    }
    settings = load_settings(filled)
    assert settings.secure
    assert settings.host == "buchen.example.org"
    fields = {PREFIX + field.name.upper() for field in msgspec.structs.fields(Settings)}
    assert {key for key in environment if key.startswith(PREFIX)} <= fields


@pytest.mark.parametrize("name", ["web", "worker"])
def test_web_and_worker_can_be_scaled(name: str) -> None:
    assert not {"container_name", "ports", "hostname"} & SERVICES[name].keys()


def test_both_wait_for_the_migrations() -> None:
    for name in ("web", "worker"):
        waits = SERVICES[name]["depends_on"]
        assert waits["migrate"] == {"condition": "service_completed_successfully"}
    assert SERVICES["migrate"]["restart"] == "no"


def test_only_the_proxy_is_open_to_the_world() -> None:
    open_ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert open_ports.keys() == {"proxy", "mail"}
    assert all(port.startswith("127.0.0.1:") for port in open_ports["mail"])
    assert SERVICES["mail"]["profiles"] == ["try"]


def test_web_trusts_exactly_the_proxy() -> None:
    address = SERVICES["proxy"]["networks"]["proxied"]["ipv4_address"]
    assert SERVICES["web"]["environment"]["LANDBOOKING_TRUSTED_PROXIES"] == address
    inside = {name for name, service in SERVICES.items() if "proxied" in service["networks"]}
    assert inside == {"proxy", "web"}


@pytest.mark.parametrize("name", SERVICES)
def test_no_container_can_do_more_than_it_must(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "proxy" else [])
    assert "healthcheck" in service


def test_the_proxys_variables_reach_it_and_metrics_do_not_leave() -> None:
    caddyfile = (ROOT / "deploy" / "Caddyfile").read_text()
    assert set(re.findall(r"\{\$([A-Z_]+)\}", caddyfile)) <= SERVICES["proxy"]["environment"].keys()
    assert "path /metrics* /de/metrics* /en/metrics*" in caddyfile
    assert caddyfile.count("{") == caddyfile.count("}")


def test_the_image_holds_the_program_alone_and_runs_without_rights() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    copied = [
        word for line in lines if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]
    ]
    assert {"constraints.txt", "pyproject.toml", "README.md", "src", "templates", "migrations"} == set(copied)
    allowed = (ROOT / ".dockerignore").read_text().splitlines()
    assert {f"!{name}" for name in copied} <= set(allowed)
    [user] = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", user)
    assert not any("[demo]" in line or "[test]" in line for line in lines)
    assert 'ENTRYPOINT ["landbooking"]' in lines
