# One command each; a fresh machine needs Python 3.11 with pip and venv, make, git, node and npm.
# Variables are given behind the command: make demo PORT=8001 UNDO_SECONDS=300 STAFF_MFA=on

PYTHON ?= python3
VENV := .venv/bin/python
SERVICES := $(VENV) -m govtech_portal.services run --

# Settings of a server, to be judged by check --deploy. The addresses are never connected to.
PRODUCTION = env -u DEMO -u DEBUG -u STAFF_MFA -u MAILBOX_DIR \
	SECRET_KEY=$$($(VENV) -c 'import secrets; print(secrets.token_urlsafe(48))') \
	SITE_URL=https://katalog.example ALLOWED_HOSTS=katalog.example BEHIND_PROXY=1 \
	DATABASE_URL=postgresql://portal_app@db.example/portal \
	DATABASE_OWNER_URL=postgresql://portal_owner@db.example/portal \
	REDIS_URL=redis://broker.example/0 EMAIL_URL=smtp+tls://mail.example:587

.DEFAULT_GOAL := help
.PHONY: help demo test check a11y requirements environment drill bench

help:
	@echo 'make demo   startet den Katalog mit Beispieldaten (make demo PORT=8001 nimmt einen anderen Port)'
	@echo 'make test   alle Tests, mit echten Diensten und echtem Browser'
	@echo 'make a11y   Barrierefreiheit aller Seiten, jede Ansicht, jede Regel'
	@echo 'make drill  Störungsübung: alle Teile fallen zufällig aus, jede Mail wird gezählt (ROUNDS=5 kurz)'
	@echo 'make bench  misst alles und stellt jede Zahl neben ihre Grenze (ONLY=pages, weights, search_quality, mail)'
	@echo 'make check  Stil, Typen, Importregeln, Prüfungen von Django'
	@echo 'make requirements  schreibt requirements/ neu aus pyproject.toml'

demo: export PORTAL_BEGIN := $(shell date +%s)
demo:
	@$(PYTHON) -I govtech_portal/environment.py demo
	@exec $(VENV) -m govtech_portal.supervisor --with-parent

environment:
	@$(PYTHON) -I govtech_portal/environment.py test

test: environment
	@$(VENV) -m tests.browser
	env -u PYTHONDONTWRITEBYTECODE $(VENV) -m pytest -n 2

# every page and every sample in every look, with every rule of axe
a11y: environment
	@$(VENV) -m tests.browser
	A11Y=all $(VENV) -m pytest tests/journeys/test_accessible.py tests/journeys/test_accessible_accounts.py

# every part is killed at random while mails go out; ROUNDS=5 for a short one, SEED=... to repeat one
drill: environment
	$(VENV) -m benchmarks.drill

# SIZE=20000 is judged; SIZES=1000,20000,100000 for growth (the biggest takes about half an hour to fill); ONLY=pages
bench: environment
	$(VENV) -m benchmarks $(ONLY)

check: environment
	$(VENV) -m ruff check .
	$(VENV) -m ruff format --check .
	$(VENV) -m mypy
	.venv/bin/lint-imports
	$(SERVICES) $(VENV) manage.py check
	$(SERVICES) $(VENV) manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(VENV) manage.py check --deploy --fail-level WARNING

# --universal: one file for every system; hashes: nothing is installed that was not reviewed
COMPILE = $(VENV) -m uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header \
	--python-version 3.11 pyproject.toml
requirements: environment
	$(COMPILE) --output-file requirements/portal.txt
	$(COMPILE) --extra demo --output-file requirements/demo.txt
	$(COMPILE) --extra demo --extra test --output-file requirements/test.txt
