"""The house rules (docs/architecture.md), each as a test: a rule that is only prose gets broken."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader
from django.template import engines
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parent.parent
ROW = ["members", "catalogue", "procurement", "subscriptions", "govtech_portal"]  # left to right
HEIGHT = {room: height for height, room in enumerate(ROW)}
SAYS_NOTHING = {"utils", "helpers", "common", "core", "misc", "manager", "managers", "service", "base"}
EFFECT_FREE = {"views", "api", "admin"}
MANY_LINES = 400


def python_files(*rooms: str) -> list[Path]:
    return sorted(p for room in rooms for p in (ROOT / room).rglob("*.py") if "migrations" not in p.parts)


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def name_in_room(path: Path) -> str:
    """models/regions.py and models.py are both "models"."""
    return path.relative_to(ROOT).parts[1].removesuffix(".py")


# ── rooms in a row ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("room", ROW)
def test_imports_point_to_the_left(room):
    right = set(ROW[HEIGHT[room] + 1 :])
    climbing = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in python_files(room)
        for name in imports_of(path)
        if name.split(".")[0] in right
    }
    assert climbing == set()


def test_foreign_keys_point_to_the_left():
    climbing = {
        f"{field} -> {field.related_model._meta.label}"
        for model in apps.get_models()
        if model._meta.app_label in HEIGHT
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model._meta.app_label in HEIGHT
        if HEIGHT[field.related_model._meta.app_label] > HEIGHT[model._meta.app_label]
    }
    assert climbing == set()


def test_migrations_point_to_the_left():
    loader = MigrationLoader(None, ignore_no_migrations=True)
    climbing = {
        f"{key} depends on {dependency}"
        for key, migration in loader.disk_migrations.items()
        if key[0] in HEIGHT
        for dependency in migration.dependencies
        if HEIGHT.get(dependency[0], 0) > HEIGHT[key[0]]
    }
    assert climbing == set()


def test_no_migration_is_pending(db):
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


# ── inside a room ───────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_imports_views_api_or_admin():
    """Only the addresses lead there (and a package's own files each other)."""
    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in python_files(*ROW)
        for name in imports_of(path)
        if len(name.split(".")) > 1 and name.split(".")[0] in HEIGHT and name.split(".")[1] in EFFECT_FREE
        if name_in_room(path) not in {name.split(".")[1], "urls", "api_urls", "apps"}
        and not (name_in_room(path) == name.split(".")[1] == "api")
    }
    assert wrong == set()


def test_models_and_actions_know_nothing_of_forms_filters_and_tasks():
    later = {"filters", "forms", "views", "api", "admin", "tasks", "urls"}
    order = {"models": later | {"actions"}, "actions": later}
    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in python_files(*ROW)
        for name in imports_of(path)
        if name_in_room(path) in order and name.split(".")[0] in HEIGHT and len(name.split(".")) > 1
        if name.split(".")[1] in order[name_in_room(path)]
    }
    assert wrong == set()


def test_file_names_say_what_is_inside():
    assert {str(p.relative_to(ROOT)) for p in python_files(*ROW, "tests") if p.stem in SAYS_NOTHING} == set()


def test_no_file_has_grown_past_one_purpose():
    kept = [p for folder in (*ROW, "tests", "templates") for p in (ROOT / folder).rglob("*.*")]
    kept += [p for p in (ROOT / "static").rglob("*.*") if "vendor" not in p.parts]
    long = {
        str(p.relative_to(ROOT)): lines
        for p in kept
        if p.suffix in {".py", ".html", ".css", ".js"} and "migrations" not in p.parts
        if (lines := len(p.read_text().splitlines())) > MANY_LINES
    }
    assert long == {}


def test_no_import_hides_inside_a_function():
    hidden = {
        f"{path.relative_to(ROOT)}:{inner.lineno}"
        for path in python_files(*ROW)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and not (path.name == "apps.py" and node.name == "ready")
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    }
    assert hidden == set()


def test_no_signals_and_no_generic_foreign_keys():
    wrong = {
        str(path.relative_to(ROOT))
        for path in python_files(*ROW)
        for name in imports_of(path)
        if name.startswith(("django.dispatch", "django.db.models.signals", "django.contrib.contenttypes.fields"))
    }
    assert wrong == set()


def test_verbs_are_keyword_only_and_annotated():
    """Public functions of actions take keywords and say their types."""
    wrong = {
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in python_files(*ROW)
        if name_in_room(path) == "actions"
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if (node.args.args and len(node.args.args) > 1)
        or node.returns is None
        or any(argument.annotation is None for argument in (*node.args.args, *node.args.kwonlyargs))
    }
    assert wrong == set()


# ── templates ───────────────────────────────────────────────────────────────────────────────────────────────────


def templates() -> dict[str, str]:
    folder = ROOT / "templates"
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in sorted(folder.rglob("*.*"))
        if path.suffix in {".html", ".txt", ".xml"}
    }


def test_every_template_compiles():
    for name in templates():
        engines["django"].get_template(name)


def test_every_template_is_used():
    """By name in the code or another template, or because Django, allauth or a kind of news asks for it."""
    asked_for_by_convention = re.compile(
        r"^(\d{3}(_csrf)?\.html|admin/|account/|mfa/|socialaccount/|subscriptions/email/|govtech_portal/\w+\.html)"
    )
    code = "\n".join(path.read_text() for path in python_files(*ROW))
    said = code + "\n".join(templates().values())
    unused = {name for name in templates() if not asked_for_by_convention.match(name) and name not in said}
    assert unused == set()


def test_every_load_is_needed():
    libraries = engines["django"].engine.template_libraries
    idle = set()
    for name, text in templates().items():
        for loaded in re.findall(r"{% load ([^%]+) %}", text):
            parts = loaded.split()
            wanted = {parts[-1]: set(parts[:-2])} if "from" in parts else {library: set() for library in parts}
            for library, names in wanted.items():
                offered = names or {*libraries[library].tags, *libraries[library].filters}
                used = set(re.findall(r"{%-?\s*(\w+)|\|(\w+)", text))
                if not offered & {word for pair in used for word in pair}:
                    idle.add(f"{name}: {library}")
    assert idle == set()


def test_no_template_holds_inline_script_or_style():
    """The Content-Security-Policy would refuse them; mails are the exception, where nothing else works."""
    inline = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=\"", re.IGNORECASE)
    data = re.compile(r"<script[^>]*type=\"application/(json|ld\+json)\"", re.IGNORECASE)
    wrong = {
        name
        for name, text in templates().items()
        if name.endswith(".html") and "/email/" not in name
        if inline.search(data.sub("", text))
    }
    assert wrong == set()


# ── addresses ───────────────────────────────────────────────────────────────────────────────────────────────────


def all_patterns(resolver: URLResolver | None = None, prefix: str = "") -> dict[str, URLPattern]:
    found: dict[str, URLPattern] = {}
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found |= all_patterns(pattern, route)
        else:
            found[route] = pattern
    return found


def test_the_addresses_of_the_contract_exist():
    names = {pattern.name for pattern in all_patterns().values()}
    promised = {
        "start", "solution_list", "solution_detail", "solution_spread", "solution_map", "field_detail",
        "transfer_list", "region_list", "region_detail", "exploration_list", "exploration_detail", "tender_list",
        "tender_detail", "organisation_list", "organisation_detail", "subscribe", "account_login", "account_logout",
        "account_home", "components", "help", "glossary", "imprint", "privacy", "accessibility", "easy_language",
        "healthz", "readyz", "robots", "sitemap", "security_txt", "api_docs",
    }  # fmt: skip
    assert promised - names == set()


# ── what the README says ────────────────────────────────────────────────────────────────────────────────────────


def test_every_setting_from_the_environment_is_in_the_readme():
    source = (ROOT / "govtech_portal" / "settings.py").read_text()
    read = set(re.findall(r"env(?:\.\w+)?\(\s*\"([A-Z_]+)\"", source))
    readme = (ROOT / "README.md").read_text()
    assert {name for name in read if f"`{name}`" not in readme} == set()


def test_every_dependency_says_why_it_is_there():
    lines = (ROOT / "pyproject.toml").read_text().split("[project.optional-dependencies]")
    listed = re.findall(r'^    "[^"]+",(.*)$', "".join(lines).split("[tool.")[0], re.MULTILINE)
    assert [rest for rest in listed if not rest.strip().startswith("# ")] == []


def test_no_committed_file_names_a_registry_or_a_place_on_a_machine():
    wrong = re.compile(
        r"pypi\.org/simple|registry\.npmjs\.org|files\.pythonhosted\.org|--index[-]url|/root/|/home/\w+/"
    )
    kept = [*ROOT.glob("requirements/*"), ROOT / "package.json", ROOT / "package-lock.json", ROOT / "Makefile"]
    kept += [ROOT / "pyproject.toml", ROOT / "Dockerfile", ROOT / "docker-compose.yml", ROOT / "README.md"]
    assert {path.name for path in kept if wrong.search(path.read_text())} == set()
