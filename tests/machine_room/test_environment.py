"""A machine that lacks something is told so in one sentence that says what to do."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from govtech_portal import environment

ROOT = Path(environment.__file__).resolve().parent.parent


def test_it_imports_the_standard_library_alone() -> None:
    """It runs before anything is installed."""
    tree = ast.parse(Path(environment.__file__).read_text())
    found = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    found |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in found} <= set(sys.stdlib_module_names)


def test_an_old_python_can_read_it_to_be_told_that_it_is_old() -> None:
    ast.parse(Path(environment.__file__).read_text(), feature_version=(3, 8))


def run_with_path(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", environment.__file__, "demo"]
    return subprocess.run(command, env={"PATH": str(folder)}, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("missing", ["node", "npm"])
def test_a_missing_npm_is_one_sentence(tmp_path: Path, missing: str) -> None:
    for program in {"node", "npm"} - {missing}:
        (tmp_path / program).symlink_to(shutil.which(program) or "/bin/true")
    done = run_with_path(tmp_path)
    assert done.returncode == 1
    assert done.stderr == ""
    sentence = (
        f"{missing} fehlt: installieren Sie Node.js ab Version 18, zum Beispiel mit «apt install nodejs npm» "
        "oder von https://nodejs.org."
    )
    assert done.stdout.strip() == sentence


def test_an_old_node_is_one_sentence(tmp_path: Path) -> None:
    for program in ("node", "npm"):
        (tmp_path / program).write_text("#!/bin/sh\necho v16.20.0\n")
        (tmp_path / program).chmod(0o755)
    done = run_with_path(tmp_path)
    assert done.returncode == 1
    assert done.stdout.strip() == "Node.js v16.20.0 ist zu alt: installieren Sie Version 18 oder neuer."


def test_a_missing_venv_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Debian without python3-venv: the module venv is there, ensurepip is not."""
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else 1)
    with pytest.raises(environment.Stop) as stop:
        environment.check_python()
    assert str(stop.value) == ("Das Python-Modul venv fehlt: installieren Sie es mit «apt install python3-venv».")


def test_an_old_python_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment.sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setattr(environment.shutil, "which", lambda name: None)
    with pytest.raises(environment.Stop, match=r"^Python 3\.11 oder neuer fehlt .*apt install python3"):
        environment.check_python()


def test_pips_index_is_told_to_uv(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("UV_") or name == "SSL_CERT_FILE":
            monkeypatch.delenv(name)
    told = (
        "global.index-url='https://mirror.example/simple'\n"
        "global.extra-index-url='https://one.example/simple\\nhttps://two.example/simple'\n"
        ":env:.index-url='https://other.example/simple'\n"
        "global.timeout='60'\n"
    )
    assert environment.uv_settings(told) == {
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_DEFAULT_INDEX": "https://other.example/simple",
        "UV_INDEX": "https://one.example/simple https://two.example/simple",
    }


def pins(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    return dict(re.findall(r"^([\w.-]+(?:\[[\w,-]+\])?)==([^\s;]+)", text, re.MULTILINE))


def test_the_sets_agree_so_that_the_larger_one_serves_the_smaller() -> None:
    assert pins("portal").items() <= pins("demo").items() <= pins("test").items()


@pytest.mark.parametrize("name", ["portal", "demo", "test"])
def test_every_requirement_has_its_hash_and_no_place(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert [block.split("==")[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in text
