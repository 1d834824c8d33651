"""What an installation relies on, read from the units, the Dockerfile and compose.yaml."""

import re
import shlex
import subprocess
from configparser import RawConfigParser
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.cli.desk import COMMAND

ROOT = Path(__file__).parent.parent
UNITS = ROOT / "packaging"
SERVICES = ["day-newsfeed.service", "day-newsfeed-once.service"]
COMING = {"restore", "doctor"}
"""Commands of the contract that may be missing from this version."""


def read_unit(name: str) -> dict[str, dict[str, list[str]]]:
    """The sections of a unit, each key with all its values: systemd adds them up."""
    unit: dict[str, dict[str, list[str]]] = {}
    section = ""
    parser = RawConfigParser(strict=False, allow_no_value=False, delimiters=("=",))
    text = (UNITS / name).read_text(encoding="utf-8")
    parser.read_string(text)  # it is well formed
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif "=" in line and not line.startswith("#"):
            key, value = line.split("=", maxsplit=1)
            unit.setdefault(section, {}).setdefault(key, []).append(value)
    return unit


def read_steps() -> list[tuple[str, str]]:
    """The Dockerfile's instructions with their arguments, lines joined."""
    whole = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    text = re.sub(r"^#.*\n", "", whole, flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines if line.strip()]


def read_last_stage() -> dict[str, str]:
    """The instructions of the image itself; of several, the last one."""
    steps = read_steps()
    last = max(at for at, (word, _) in enumerate(steps) if word == "FROM")
    return dict(steps[last:])


def read_compose() -> dict[str, Any]:
    """The one service of compose.yaml."""
    service: dict[str, Any] = YAML(typ="safe").load(ROOT / "compose.yaml")["services"]["newsfeed"]
    return service


@pytest.mark.parametrize("name", SERVICES)
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("User", "day-newsfeed"),
        ("StateDirectory", "day-newsfeed"),
        ("ConfigurationDirectory", "day-newsfeed"),
        ("TimeoutStopSec", "10"),
        ("KillMode", "mixed"),
        ("OOMPolicy", "continue"),
        ("SuccessExitStatus", "143"),
        ("NoNewPrivileges", "yes"),
        ("CapabilityBoundingSet", ""),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("PrivateTmp", "yes"),
        ("PrivateDevices", "yes"),
        ("PrivateUsers", "yes"),
        ("ProtectProc", "invisible"),
        ("ProtectKernelTunables", "yes"),
        ("MemoryDenyWriteExecute", "yes"),
        ("RestrictNamespaces", "yes"),
        ("RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6 AF_NETLINK"),
        ("SystemCallArchitectures", "native"),
    ],
)
def test_both_services_are_confined_alike(name: str, key: str, value: str) -> None:
    """One user, one folder to write to, no rights, a stop within 10 s."""
    assert read_unit(name)["Service"][key] == [value]


@pytest.mark.parametrize("name", SERVICES)
def test_system_calls_are_an_allow_list(name: str) -> None:
    """An allow-list, then what is taken out of it."""
    calls = read_unit(name)["Service"]["SystemCallFilter"]
    assert calls == ["@system-service", "~@privileged @resources"]


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("Service", "Type", "notify"),
        ("Service", "NotifyAccess", "main"),
        ("Service", "WatchdogSec", "2min"),
        ("Service", "ExecReload", "/bin/kill -HUP $MAINPID"),
        ("Service", "Restart", "on-failure"),
        ("Service", "RestartPreventExitStatus", "2"),
        ("Unit", "StartLimitIntervalSec", "0"),
        ("Install", "WantedBy", "multi-user.target"),
    ],
)
def test_the_daemon_is_watched_and_restarted(section: str, key: str, value: str) -> None:
    """It says that it lives, is started again for ever, but not with a wrong configuration."""
    assert read_unit("day-newsfeed.service")[section][key] == [value]


def test_the_timer_counts_from_the_end_of_a_run() -> None:
    """Runs never overlap, and nothing in it restarts the daemon."""
    timer = read_unit("day-newsfeed-once.timer")["Timer"]
    assert timer["OnUnitInactiveSec"] == ["5min"]
    assert read_unit("day-newsfeed-once.service")["Service"]["Type"] == ["oneshot"]
    assert "Install" not in read_unit("day-newsfeed-once.service")


def test_the_user_of_the_units_is_made() -> None:
    """sysusers.d makes the user that the units name."""
    words = shlex.split((UNITS / "day-newsfeed.sysusers").read_text("utf-8"), comments=True)
    assert words == ["u", "day-newsfeed", "-", "Day newsfeed", "/var/lib/day-newsfeed"]


def test_the_image_runs_as_nobody_special() -> None:
    """A fixed user by number, so that Kubernetes too sees that it is not root."""
    stage = read_last_stage()
    assert stage["USER"] == "10001:10001"
    assert "useradd --uid 10001 --gid 10001" in stage["RUN"]
    assert stage["VOLUME"] == "/data"
    assert stage["EXPOSE"] == "8080"
    assert stage["STOPSIGNAL"] == "SIGTERM"
    assert "AGGREGATOR_CONFIG=/config/sources.yaml" in stage["ENV"]
    assert "AGGREGATOR_DATA=/data" in stage["ENV"]
    assert stage["HEALTHCHECK"].endswith('CMD ["aggregator", "healthcheck"]')


def test_the_image_is_built_from_the_lock() -> None:
    """Packages by hash, the project's own wheel without any further one."""
    runs = [words for word, words in read_steps() if word == "RUN"]
    assert any("--require-hashes -r locks/runtime.txt" in words for words in runs)
    assert any("--no-index --no-deps /tmp/wheel/" in words for words in runs)
    tag = next(words for word, words in read_steps() if word == "ARG")
    assert re.fullmatch(r"PYTHON=3\.\d+-slim-[a-z]+", tag)


def test_what_the_image_copies_is_there_and_not_ignored() -> None:
    """.dockerignore lets through what the Dockerfile copies, and no more."""
    copies = [shlex.split(words) for word, words in read_steps() if word == "COPY"]
    copied = {path for words in copies if "--from" not in words[0] for path in words[:-1]}
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {line[1:] for line in lines if line.startswith("!")} == copied
    assert all((ROOT / path).exists() for path in copied)


def test_the_container_is_confined() -> None:
    """A read-only root, no rights, reached from this machine only."""
    service = read_compose()
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == "unless-stopped"
    assert service["ports"] == ["127.0.0.1:8080:8080"]
    assert service["volumes"] == ["data:/data", "./config:/config:ro"]
    assert service["tmpfs"][0].startswith("/tmp:")  # noqa: S108 - the container's own
    assert "privileged" not in service


def test_named_commands_exist() -> None:
    """Units, image and instructions name commands that are there, or are known to come."""
    run = subprocess.run([*COMMAND, "--help"], capture_output=True, check=True, text=True)
    listed = set(re.findall(r"^  ([a-z-]+) ", run.stdout.split("Commands:")[1], re.MULTILINE))
    starts = [read_unit(name)["Service"]["ExecStart"][0] for name in SERVICES]
    stage = read_last_stage()
    guide = (ROOT / "docs/installing.md").read_text(encoding="utf-8")
    named = {start.split()[1] for start in starts}
    named |= set(re.findall(r'"([a-z]+)"\]', stage["CMD"] + stage["HEALTHCHECK"]))
    named |= set(re.findall(r"\baggregator ([a-z][a-z-]+)", guide))
    assert {"run", "once", "healthcheck", "check"} <= named
    assert named - listed <= COMING
