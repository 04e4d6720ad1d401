"""Makes the environment: `python3 -I govtech_portal/environment.py demo|test`. Standard library alone.

Runs on whatever Python the machine calls python3, so it must parse on old ones too, to say that they are old.
Idempotent: a stamp holds the hash of what was installed, and an unchanged environment takes no time at all.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
TOOLS = VENV / "tools"
UV = TOOLS / "bin" / "uv"
OLDEST = (3, 11)
OLDEST_NODE = 18
SETS = {"demo": ("demo",), "test": ("test", "demo")}  # the tests' set contains the demo's
NETWORK = "Ist das Internet (oder Ihr Paketspiegel) erreichbar? Danach einfach noch einmal starten."


class Stop(Exception):
    """Nothing can go on; the text is one sentence that says what to do."""


def say(text: str) -> None:
    print(text, flush=True)


# what the machine must bring


def check_machine() -> None:
    check_python()
    check_node()


def check_python() -> None:
    if sys.version_info < OLDEST:
        newer = next((p for minor in range(14, 10, -1) if (p := shutil.which(f"python3.{minor}"))), None)
        if newer:
            os.execv(newer, [newer, "-I", *sys.argv])
        raise Stop(
            f"Python 3.11 oder neuer fehlt (hier: {sys.version.split()[0]}): installieren Sie es, zum Beispiel "
            "mit «apt install python3 python3-venv python3-pip»."
        )
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        raise Stop("Das Python-Modul venv fehlt: installieren Sie es mit «apt install python3-venv».")


def check_node() -> None:
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise Stop(
                f"{program} fehlt: installieren Sie Node.js ab Version {OLDEST_NODE}, zum Beispiel mit "
                "«apt install nodejs npm» oder von https://nodejs.org."
            )
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    major = re.match(r"v(\d+)", version)
    if major and int(major.group(1)) < OLDEST_NODE:
        raise Stop(f"Node.js {version} ist zu alt: installieren Sie Version {OLDEST_NODE} oder neuer.")


# stamps: what is installed already


def digest(*parts: Path | str) -> str:
    found = hashlib.sha256()
    for part in parts:
        found.update(part.read_bytes() if isinstance(part, Path) else part.encode())
    return found.hexdigest()


def requirements_digest(name: str) -> str:
    return digest(ROOT / "requirements" / f"{name}.txt", str(ROOT))


def assets_digest() -> str:
    """Of everything the build of static/vendor/ reads."""
    own = sorted(p for p in (ROOT / "static").rglob("*") if p.is_file() and "vendor" not in p.parts)
    return digest(ROOT / "package.json", ROOT / "package-lock.json", *own)


def stamped(file: Path, value: str) -> bool:
    return file.exists() and value in file.read_text().split()


# Python


def make_python(name: str) -> bool:
    """True when something had to be done."""
    stamp = VENV / "portal-stamp"
    name = "test" if stamped(stamp, "test") else name  # the demo takes no developer's tools away
    if stamped(stamp, requirements_digest(name)) and works(PYTHON, "-c", "import django"):
        return False
    begin = time.monotonic()
    if not works(PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))") or moved(stamp):
        make_venv()
    stamp.unlink(missing_ok=True)
    install(ROOT / "requirements" / f"{name}.txt")
    stamp.write_text("\n".join([name, str(ROOT), *map(requirements_digest, SETS[name])]) + "\n")
    say(f"  Python-Pakete   {time.monotonic() - begin:4.1f} s")
    return True


def works(*command: str | Path) -> bool:
    with contextlib.suppress(OSError):
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    return False


def moved(stamp: Path) -> bool:
    """Programs of an environment name its old place: one that was moved or copied is made anew."""
    return stamp.exists() and not stamped(stamp, str(ROOT))


def make_venv() -> None:
    """Without pip where the machine's pip can fill it: that saves three seconds."""
    pip = ["--without-pip"] if importlib.util.find_spec("pip") else []
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", *pip, VENV], capture_output=True, text=True, check=False
    )
    if made.returncode:
        raise Stop(
            "Die Python-Umgebung .venv lässt sich nicht anlegen; meist hilft «apt install python3-venv»: "
            + last_lines(made.stdout + made.stderr)
        )


def pip(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    own = [PYTHON] if works(PYTHON, "-c", "import pip") else [sys.executable]
    return subprocess.run([*own, "-m", "pip", *arguments], capture_output=True, text=True, check=False)


def install(requirements: Path) -> None:
    """With uv, which is five times faster than pip; where uv cannot be had, pip does it."""
    if get_uv() and uv_sync(requirements).returncode == 0:
        return
    python = [] if works(PYTHON, "-c", "import pip") else ["--python", PYTHON]
    done = pip(*python, "install", "--quiet", "--require-hashes", "--requirement", requirements)
    if done.returncode:
        raise Stop(f"Die Python-Pakete lassen sich nicht laden. {NETWORK} pip sagt: {last_lines(done.stderr)}")


def get_uv() -> bool:
    """The version and the hashes that requirements/test.txt pins, in a folder beside the packages."""
    block = re.search(r"^uv==(?:.*\\\n)*.*\n", (ROOT / "requirements" / "test.txt").read_text(), re.MULTILINE)
    if block is None:
        return False
    stamp = TOOLS / "stamp"
    if not stamped(stamp, digest(block.group())):
        pinned = VENV / "uv.txt"
        pinned.write_text(block.group())
        place = ["--target", TOOLS, "--upgrade", "--no-compile", "--require-hashes"]
        if pip("install", "--quiet", "--no-deps", *place, "--requirement", pinned).returncode:
            return False
        stamp.write_text(digest(block.group()))
    return works(UV, "--version")


def uv_sync(requirements: Path) -> subprocess.CompletedProcess[str]:
    command = [UV, "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes", "--compile-bytecode"]
    env = os.environ | uv_settings(pip("config", "list").stdout) | {"UV_PYTHON_DOWNLOADS": "never"}
    return subprocess.run([*command, requirements], env=env, capture_output=True, text=True, check=False)


def uv_settings(pip_config: str) -> dict[str, str]:
    """The package index that pip is told to use on this machine (by a file or the environment), said to uv."""
    told = dict(re.findall(r"^(?:global|install|:env:)\.([\w-]+)='(.*)'$", pip_config, re.MULTILINE))
    settings = {"UV_INDEX_STRATEGY": "unsafe-best-match"}  # as pip does it; the hashes decide what is taken
    for ours, theirs, between in (
        ("index-url", "UV_DEFAULT_INDEX", " "),
        ("extra-index-url", "UV_INDEX", " "),
        ("find-links", "UV_FIND_LINKS", ","),
        ("trusted-host", "UV_INSECURE_HOST", " "),
        ("cert", "SSL_CERT_FILE", " "),
    ):
        if told.get(ours):
            settings[theirs] = between.join(told[ours].replace("\\n", " ").split())
    return {name: value for name, value in settings.items() if name not in os.environ}


# what npm brings: the design system, htmx and the fonts


class Assets:
    """npm runs beside Python's installation; finish() waits for it."""

    def __init__(self) -> None:
        self.begin = time.monotonic()
        self.log = ROOT / "node_modules" / ".portal.log"
        self.process = None
        commands = self.commands()
        if commands:
            self.log.parent.mkdir(exist_ok=True)
            # npm ci empties node_modules, so the log is opened first and read through the same handle
            self.output = self.log.open("w+")
            self.process = subprocess.Popen(
                commands, shell=True, cwd=ROOT, stdout=self.output, stderr=subprocess.STDOUT
            )

    def commands(self) -> str:
        lock = digest(ROOT / "package-lock.json")
        todo = []
        if not stamped(ROOT / "node_modules" / ".portal-packages", lock):
            todo += ["npm ci --no-audit --no-fund --loglevel=error", f"echo {lock} > node_modules/.portal-packages"]
        if todo or not stamped(ROOT / "static" / "vendor" / ".portal-assets", assets_digest()):
            todo += ["npm run --silent assets", f"echo {assets_digest()} > static/vendor/.portal-assets"]
        return " && ".join(todo)

    def finish(self) -> bool:
        """True when something had to be done."""
        if self.process is None:
            return False
        with self.output:
            if self.process.wait():
                self.output.seek(0)
                raise Stop(f"npm ist gescheitert. {NETWORK} npm sagt: {last_lines(self.output.read())}")
        say(f"  npm-Pakete      {time.monotonic() - self.begin:4.1f} s")
        return True

    def cancel(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()


def last_lines(text: str, count: int = 4) -> str:
    return " | ".join(line.strip() for line in text.strip().splitlines()[-count:])


def make(name: str) -> None:
    begin = time.monotonic()
    check_machine()
    handle = os.open(ROOT / "requirements", os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)  # make demo and make test at once: the second one waits
    if not PYTHON.exists():
        say("Umgebung wird eingerichtet (nur beim ersten Mal) …")
    assets = Assets()
    try:
        changed = make_python(name)
        changed = assets.finish() or changed
    finally:
        assets.cancel()
    if changed:
        say(f"Umgebung steht nach {time.monotonic() - begin:.1f} s.")


def main(arguments: list[str]) -> int:
    if arguments not in (["demo"], ["test"]):
        say("So: python3 -I govtech_portal/environment.py demo|test")
        return 2
    try:
        make(arguments[0])
    except Stop as reason:
        say(f"\n{reason}")
        return 1
    except KeyboardInterrupt:
        say("\nAbgebrochen. Der nächste Start macht da weiter.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
