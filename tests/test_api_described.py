"""The API does what its description says, whatever it is sent: Schemathesis makes the requests of the description."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from serving import Served, served

load_all_checks()
# The wrong methods of a path are answered with 405 as they should; a token that is generated is not looked at twice.
CHECKED = CHECKS.get_by_names(
    ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"]
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("described")
    (home / "papers").mkdir()
    (home / "papers" / "tides.txt").write_text("The highest tide of 2021 stood 4.82 m above datum.\n")
    with served(home / "papers", store=home / "store") as running:
        yield running


@pytest.fixture(scope="module")
def described(library: Served) -> Any:
    schema = schemathesis.openapi.from_url(f"{library.address}/v1/openapi.json", headers=library.shown)
    return schema.exclude(path_regex="commands")


WAYS = [
    *("GET /documents", "GET /documents/{name}", "DELETE /documents/{name}", "POST /sync", "GET /health"),
    *("POST /search", "POST /ask", "POST /check", "GET /models", "POST /chat/completions"),
]


def test_every_way_is_tried(described: Any) -> None:
    assert [operation.ok().label for operation in described.get_all_operations()] == WAYS


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("way", WAYS)
def test_each_way_answers_as_it_is_described(way: str, mode: GenerationMode, described: Any, library: Served) -> None:
    """Also where what is sent is not as it should be."""
    method, path = way.split()

    @given(case=described[path][method].as_strategy(generation_mode=mode))
    @settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
    def answers(case: Any) -> None:
        if isinstance(case.body, dict):
            case.body.pop("stream", None)  # a stream is lines or events, not one document
        case.call_and_validate(headers=library.shown, checks=CHECKED, timeout=60)

    answers()


def test_nothing_of_that_has_harmed_the_library(library: Served) -> None:
    assert library.get("/health").json()["healthy"]
