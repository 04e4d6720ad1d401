"""docker-compose.yml is the demo's topology for a server: it is read here, as no container engine may be needed."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
SETTING = re.compile(r"""\benv(?:\.\w+)?\(\s*"([A-Z_]+)\"""")
# read by govtech_portal/settings.py, and left out on purpose: of the demo, of tests, or set by the image
NOT_FOR_A_SERVER = {
    "DEBUG",
    "DEMO",
    "MAILBOX_DIR",
    "STAFF_MFA",
    "STATIC_ROOT",
    "LOOK_SECONDS",
    "OUTBOUND_ALLOWS_LOOPBACK",
}
# the owner's role is known to the container that migrates, and to no other
OWNER = {"DATABASE_OWNER_URL"}


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def portal_services(compose: dict) -> dict[str, dict]:
    return {name: service for name, service in compose["services"].items() if "build" in service}


def test_the_topology_is_the_one_of_the_demo(compose: dict) -> None:
    assert sorted(compose["services"]) == [
        "beat", "migrate", "postgres", "proxy", "valkey", "web", "worker",
    ]  # fmt: skip
    assert compose["services"]["postgres"]["image"] == "postgres:18"
    assert compose["services"]["valkey"]["image"] == "valkey/valkey:9"


def test_every_setting_is_passed_and_none_is_passed_that_nobody_reads(compose: dict) -> None:
    read = set(SETTING.findall((ROOT / "govtech_portal" / "settings.py").read_text()))
    for name, service in portal_services(compose).items():
        expected = read - NOT_FOR_A_SERVER - (set() if name == "migrate" else OWNER)
        assert set(service["environment"]) == expected, name


def test_only_the_container_that_migrates_acts_as_the_owner(compose: dict) -> None:
    urls = {name: s["environment"]["DATABASE_URL"] for name, s in portal_services(compose).items()}
    roles = {name: re.match(r"postgresql://(\w+):", url).group(1) for name, url in urls.items()}
    assert roles == {"migrate": "portal_owner", "web": "portal_app", "worker": "portal_app", "beat": "portal_app"}


def test_no_secret_has_a_default(compose: dict) -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    names = set(re.findall(r"\$\{(\w+)", text))
    assert names >= {"SECRET_KEY", "OWNER_PASSWORD", "APP_PASSWORD", "POSTGRES_PASSWORD", "EMAIL_URL"}
    defaults = dict(re.findall(r"\$\{(\w+):?-([^}]*)\}", text))
    assert defaults.keys() == {
        "SECRET_KEY_FALLBACKS", "UNDO_SECONDS", "LOG_LEVEL", "PROXY_PORT", "PROXY_NETWORKS", "BOUNCE_ADDRESS",
        "MAIL_DOMAIN_LIMIT", "OIDC_ISSUER", "OIDC_ORIGINS", "OIDC_NAME", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET",
        "OIDC_DOMAINS", "OIDC_ROLE_CLAIM", "OIDC_ROLES", "OIDC_MFA_VALUES",
    }  # fmt: skip
    assert [value for name, value in defaults.items() if "SECRET" in name and value] == []  # empty: not used
    assert [name for name in names - defaults.keys() if f"${{{name}:?" not in text] == []


def test_every_service_is_watched_and_comes_back(compose: dict) -> None:
    restarting = {n for n, s in compose["services"].items() if s["restart"] == "unless-stopped"}
    assert restarting == set(compose["services"]) - {"migrate"}
    assert {n for n, s in compose["services"].items() if "healthcheck" in s} == restarting - {"beat"}


def test_only_the_proxy_is_reachable_and_only_from_the_machine(compose: dict) -> None:
    ports = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert ports == {"proxy": ["127.0.0.1:${PROXY_PORT:-8080}:8080"]}


def test_what_the_image_copies_exists_and_is_let_in() -> None:
    docker = (ROOT / "Dockerfile").read_text()
    copied = [p for line in re.findall(r"^COPY (?!--from)(.+) \S+$", docker, re.MULTILINE) for p in line.split()]
    assert [path for path in copied if not (ROOT / path).exists()] == []
    let_in = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    assert [path for path in copied if path not in let_in] == []
    rooms = {p.parent.name for p in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}  # what measures stays out
    assert rooms <= set(copied)


def test_the_image_does_not_run_as_root_and_installs_by_hash() -> None:
    docker = (ROOT / "Dockerfile").read_text()
    assert "\nUSER portal\n" in docker
    assert "--require-hashes --requirement /tmp/portal.txt" in docker


def test_files_that_are_mounted_exist(compose: dict) -> None:
    mounts = [v.split(":")[0] for s in compose["services"].values() for v in s.get("volumes", [])]
    assert [m for m in mounts if m.startswith("./") and not (ROOT / m).exists()] == []


@pytest.mark.parametrize("script", ["deploy/postgres/roles.sh", ".ci/run"])
def test_scripts_are_sound_and_executable(script: str) -> None:
    subprocess.run([shutil.which("bash"), "-n", ROOT / script], check=True)
    assert (ROOT / script).stat().st_mode & 0o111


def test_ci_runs_what_the_makefile_has() -> None:
    makefile = (ROOT / "Makefile").read_text()
    called = re.findall(r"^make ([\w-]+)$", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)
    assert called == ["check", "test"]
    assert [target for target in called if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []
