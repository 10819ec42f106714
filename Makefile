.DEFAULT_GOAL := help
.PHONY: help setup run demo worker test unit e2e cover lint format types imports migrations books check requirements proofs clean
.SILENT:
.NOTPARALLEL:

VENV := .venv/bin
BOOT = python=$$(sh bin/find-python) && "$$python"
# In the place of the shell, so that a signal to it reaches the program.
BOOT_ALONE = python=$$(sh bin/find-python) && exec "$$python"
MANAGE := DJANGO_SETTINGS_MODULE=tablebanking.settings.dev $(VENV)/python manage.py
CHECKING := DJANGO_SETTINGS_MODULE=tablebanking.settings.test DATABASE_URL=sqlite:///:memory:
ROOMS := tablebanking reports meetings campaigns officers cycles loans savings ledger members groups notifications users audit core

help: ## this list
	awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-14s%s\n", $$1, $$2 }' Makefile

setup: ## make .venv with everything for development, the keys in .env, and compiled texts
	$(BOOT) bin/setting_up.py dev

run: ## start Table Banking on this machine: http://127.0.0.1:8000 (PORT and DATABASE_URL are honoured)
	$(BOOT_ALONE) bin/run.py

demo: ## load the demo world into an empty database
	$(BOOT) bin/setting_up.py base && $(MANAGE) prepare --demo

worker: ## a job worker with the clock, for a web server started by hand
	$(BOOT) bin/setting_up.py base && DJANGO_SETTINGS_MODULE=tablebanking.settings.dev $(VENV)/celery -A tablebanking worker -B --pool=solo --loglevel=info

test: ## everything a change must pass: checks, all tests on PostgreSQL and SQLite, coverage, the demo books
	$(BOOT_ALONE) bin/run_tests.py all

unit: ## the fast tests alone, on SQLite or DATABASE_URL; ARGS="-k dividend" goes to pytest
	$(BOOT) bin/setting_up.py dev && $(VENV)/python -m pytest -q -n 2 --dist loadfile -m "not browser and not race and not server" $(ARGS)

e2e: ## the browser tests alone; ARGS goes to pytest
	$(BOOT_ALONE) bin/run_tests.py e2e

cover: ## open htmlcov/index.html afterwards: what the last make test covered
	COVERAGE_FILE=.coverage $(VENV)/coverage html --quiet && echo "htmlcov/index.html"

lint: ## ruff, djlint and django-upgrade: what is wrong, and what is not laid out as agreed
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/djlint --quiet --check templates
	$(VENV)/djlint --quiet --lint templates
	git ls-files -z -co --exclude-standard -- '*.py' | xargs -0 $(VENV)/django-upgrade --check --target-version 5.2

format: ## lay out code and templates as agreed
	$(VENV)/ruff check --fix-only --quiet .
	$(VENV)/ruff format .
	$(VENV)/djlint --quiet --reformat templates || true

types: ## strict mypy over every room
	$(CHECKING) $(VENV)/mypy $(ROOMS) bin tests

imports: ## the layers: a room imports only from the rooms below it
	$(VENV)/lint-imports --no-cache

migrations: ## models and migrations agree, and the system checks are silent
	$(CHECKING) $(VENV)/python manage.py makemigrations --check --dry-run
	$(CHECKING) $(VENV)/python manage.py check --fail-level WARNING

books: ## prove the books of a fresh demo world on SQLite
	$(BOOT_ALONE) bin/run_tests.py books

check: lint types imports migrations ## lint, types, imports, migrations and translations: all but the tests
	$(VENV)/python bin/catalogue.py compile
	$(VENV)/python bin/catalogue.py check

requirements: ## resolve the .in files anew into hashed locks, all together
	sh bin/lock-requirements

proofs: ## the long property tests; the report goes to docs/proofs-last.txt
	$(BOOT_ALONE) bin/run_tests.py proofs

clean: ## remove caches and reports; var/, .env and .venv stay
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache htmlcov .coverage var/coverage
	find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
