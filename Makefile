# make chat    install, index corpus/ and open the chat
# make test    install and run the tests
# make check   lint, format and types: what CI runs before the tests
# make fix     put lint and format right
# make fuzz    read thousands of damaged files of each format and say which broke a promise (INPUTS=1000, SEED=1)
# make evals   ask the cases of evals/, score the answers, compare them with the baseline, write .evals/report
# make faults  kill processes that change a store, at KILLS=200 moments, and say what was lost
# make audit   ask for known vulnerabilities of what is installed (says so where it cannot be asked)
# make figures print the figures of the README (needs the development data: DATA=folder)

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c .ci/constraints.txt
KILLS ?= 200
DATA ?= ../shared/data
INPUTS ?= 1000
SEED ?= 1

.PHONY: chat test check fix fuzz faults evals audit figures clean browser

chat: $(VENV)/installed
	$(BIN)/python app.py

test: $(VENV)/installed-dev browser
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fix: $(VENV)/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

fuzz: $(VENV)/installed-dev
	$(BIN)/python tests/fuzz --inputs $(INPUTS) --seed $(SEED) --keep .fuzz

# Status 3 is INCONCLUSIVE: nothing fell for certain, and nothing is blocked.
evals: $(VENV)/installed-dev
	$(BIN)/python -m evals run --suite full --out .evals/full.json --baseline evals/baseline/full.json; status=$$?; \
	$(BIN)/python -m evals report .evals/full.json --baseline evals/baseline/full.json --out .evals/report \
	&& { [ $$status -eq 3 ] || exit $$status; }

faults: $(VENV)/installed-dev
	$(BIN)/python tests/faults --kills $(KILLS) --seed $(SEED)

audit: $(VENV)/installed-dev
	$(INSTALL) --editable '.[audit]'
	$(BIN)/python .ci/audit.py

figures: $(VENV)/installed-dev
	$(BIN)/python -m evals.retrieval $(DATA)/retrieval/scifact $(DATA)/retrieval/cranfield
	$(BIN)/python -m evals.answers $(DATA)/qa/qed_nq
	$(BIN)/python -m evals meta $(DATA)/ground
	$(BIN)/python -m evals run --suite all
	for name in overhead first_piece; do echo "== $$name"; $(BIN)/python -m evals.$$name || exit 1; done

# The browser tests need Chromium; where it cannot be installed they say so and are skipped.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && echo "Installing Chromium for the browser tests ..." \
	&& apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y chromium >/dev/null; } \
	|| echo "Chromium is not installed: the browser tests will be skipped."

$(VENV)/python-is-there:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	|| { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/installed: pyproject.toml .ci/constraints.txt $(VENV)/python-is-there
	@echo "Installing into $(VENV) (about 2 GB, a minute or two) ..."
	$(INSTALL) --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(INSTALL) --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
