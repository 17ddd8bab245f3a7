"""The chat for everybody: no serious finding of axe in either colour scheme, at twice the size, and without a mouse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from chats import Chat, ask, opened, running

TIDE = "How high was the highest tide of 2021?"
GRAVE = ("serious", "critical")


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    home = tmp_path_factory.mktemp("access")
    papers = home / "papers"
    papers.mkdir()
    tides = "Tides at the quay\n\nThe highest tide of 2021 stood 4.82 m above datum on 3 November.\n"
    (papers / "tides.txt").write_text(tides, encoding="utf-8")
    with running(papers, home / "store") as chat:
        yield chat


@pytest.fixture
def page(chat: Chat, browser: Any) -> Iterator[Any]:
    with opened(chat, browser) as page:
        yield page


def grave_findings(page: Any) -> list[str]:
    """What axe finds serious or critical in the page as it stands, with where."""
    from axe_playwright_python.sync_playwright import Axe

    # Without "preload": axe would ask for the style sheets again, by addresses that are not theirs.
    found = Axe().run(page, options={"resultTypes": ["violations"], "preload": False}).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found if each["impact"] in GRAVE]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(page: Any, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": 1440, "height": 900})
    assert grave_findings(page) == []
    shown = ask(page, TIDE)
    shown.locator(".actions").wait_for()
    shown.locator("p .chip").first.click()
    page.wait_for_selector("#proof #quote")
    ask(page, "How tall is the Eiffel Tower?").locator(".actions").wait_for()
    assert grave_findings(page) == []
    page.click("#open-settings")
    page.locator("#settings #passages").wait_for()
    assert grave_findings(page) == []


def test_at_twice_the_size_nothing_is_cut_off(page: Any) -> None:
    """Zoom 200 % of a window 1280 wide leaves 640 of its own pixels (WCAG 2.2, 1.4.10 and 1.4.4)."""
    page.set_viewport_size({"width": 640, "height": 400})
    ask(page, TIDE).locator("p .chip").first.click()
    page.wait_for_selector("#proof #quote")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    box = page.locator("#proof #quote").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 640


def test_a_source_is_opened_and_closed_by_keys_alone(page: Any) -> None:
    shown = ask(page, TIDE)
    shown.locator(".actions").wait_for()
    chip = shown.locator("p .chip").first
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if chip.evaluate("chip => chip === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("#proof #quote")
    page.keyboard.press("Escape")
    page.locator("#proof #quote").wait_for(state="hidden")
    assert chip.evaluate("chip => chip === document.activeElement")
