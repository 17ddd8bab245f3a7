"""The panels of the chat in a real browser: conversations, documents, settings, pages of a PDF, narrow screens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chats import Chat, ask, opened, running
from pdfs import content, write_pdf

TIDE = "How high was the highest tide of 2021?"
GAUGE = "Who replaced the gauge at the north pier?"


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    home = tmp_path_factory.mktemp("panels")
    papers = home / "papers"
    papers.mkdir()
    tides = "Tides at the quay\n\nThe highest tide of 2021 stood 4.82 m above datum on 3 November.\n"
    (papers / "tides.txt").write_text(tides, encoding="utf-8")
    first = content([(72, 700, "Minutes of the harbour board."), (72, 640, "Nothing was decided on that day.")])
    second = content([(72, 500, "The gauge at the north pier was replaced by Ingrid Solvei in June 2022.")])
    write_pdf(papers / "minutes.pdf", [first, second])
    with running(papers, home / "store") as chat:
        yield chat


@pytest.fixture
def page(chat: Chat, browser: Any) -> Iterator[Any]:
    with opened(chat, browser) as page:
        yield page


def said(page: Any, selector: str, words: str) -> None:
    page.locator(selector).filter(has_text=words).first.wait_for(timeout=15_000)


def test_a_conversation_is_there_after_a_reload_with_working_citations(page: Any) -> None:
    ask(page, TIDE)
    page.locator("#conversation .actions").wait_for()
    page.reload()
    page.locator("#conversation .answer .chip").first.click()
    page.wait_for_selector("#proof #quote")
    assert page.text_content("#proof #quote").startswith("The highest tide of 2021 stood 4.82 m")
    page.click("#new-conversation")
    page.locator("#conversation .asked").wait_for(state="detached")
    page.locator("#conversations .conversation .open").first.click()
    said(page, "#conversation .asked", TIDE)


def test_a_conversation_is_renamed_taken_away_and_deleted(page: Any) -> None:
    ask(page, TIDE)
    now = page.locator("#conversations .conversation.now")
    now.locator(".more").click()
    page.click("#menu button:has-text('Rename')")
    page.locator("#conversations .conversation.now input").fill("Of tides")
    page.keyboard.press("Enter")
    said(page, "#conversations .now .open", "Of tides")
    for form in ("Markdown", "a page", "JSON"):
        now.locator(".more").click()
        with page.expect_download() as taking:
            page.click(f"#menu button:has-text('{form}')")
        assert TIDE[:20] in Path(taking.value.path()).read_text(encoding="utf-8").replace("&#32;", " ")
    page.on("dialog", lambda dialog: dialog.accept())
    now.locator(".more").click()
    page.click("#menu button:has-text('Delete')")
    page.locator("#conversation .asked").wait_for(state="detached")
    assert page.locator("#conversations .open").filter(has_text="Of tides").count() == 0


def test_the_page_of_a_pdf_is_shown_with_a_box_over_the_words(page: Any) -> None:
    ask(page, GAUGE).locator("p .chip").first.click()
    picture = page.locator("#proof .sheet img")
    picture.wait_for()
    page.wait_for_function("document.querySelector('#proof .sheet img').naturalWidth > 0")
    assert "Page 2 of 2" in page.text_content("#proof .turning")
    sheet, box = picture.bounding_box(), page.locator("#proof .sheet .box").first.bounding_box()
    # The line begins at 72 of 612 points from the left; its base line is 500 of 792 points from the foot.
    assert abs((box["x"] - sheet["x"]) / sheet["width"] - 72 / 612) < 0.01
    middle = (box["y"] + box["height"] / 2 - sheet["y"]) / sheet["height"]
    assert abs(middle - (792 - 503) / 792) < 0.01
    page.click("#proof button[data-step='-1']")
    assert "Page 1 of 2" in page.text_content("#proof .turning")
    assert page.locator("#proof .sheet .box").first.is_hidden()
    page.click("#proof button[data-zoom='50']")
    assert picture.bounding_box()["width"] > 1.4 * sheet["width"]


def test_a_file_is_added_asked_about_removed_and_brought_back(page: Any, tmp_path: Path) -> None:
    question = "What does part ACME-4711 cost?"
    (tmp_path / "pumps.txt").write_text(
        "Part ACME-4711 is the spare impeller. It costs 230 crowns.\n", encoding="utf-8"
    )
    page.set_input_files("#files", tmp_path / "pumps.txt")
    said(page, "#documents .document", "pumps")
    page.wait_for_selector("#status .settled")
    assert "230 crowns" in ask(page, question).text_content()
    page.locator("#documents .document", has_text="pumps").locator(".remove").click()
    said(page, "#toast", "Removed: pumps")
    assert "do not seem to hold an answer" in ask(page, question).text_content()
    page.click("#toast button")
    said(page, "#documents .document", "pumps")
    page.click("#new-conversation")
    page.locator("#conversation .asked").first.wait_for(state="detached")
    assert "230 crowns" in ask(page, question).text_content()


def test_only_the_chosen_documents_are_asked(page: Any) -> None:
    page.locator("#documents .document", has_text="minutes").locator("input").check()
    said(page, "#only", "Asking one document only.")
    assert "4.82" not in ask(page, TIDE).text_content()
    page.click("#ask-all")
    assert "4.82 m" in ask(page, TIDE).text_content()
    assert "4.82" not in ask(page, "How high was the highest tide, says @minutes?").text_content()


def test_a_question_asked_again_or_otherwise_takes_the_place_of_the_first(page: Any) -> None:
    ask(page, TIDE)
    page.click("#conversation .actions button:has-text('Edit question')")
    assert page.input_value("#question textarea") == TIDE
    page.fill("#question textarea", GAUGE)
    page.keyboard.press("Enter")
    said(page, "#conversation .answer", "Ingrid Solvei")
    assert page.locator("#conversation .asked").all_text_contents() == [GAUGE]
    page.locator("#conversation .actions").wait_for()
    page.reload()
    said(page, "#conversation .answer", "Ingrid Solvei")
    assert page.locator("#conversation .asked").all_text_contents() == [GAUGE]


def test_what_came_near_can_be_opened_and_the_answer_copied(page: Any) -> None:
    shown = ask(page, "How tall is the Eiffel Tower?")
    shown.locator(".near").first.click()
    page.wait_for_selector("#proof #quote")
    page.click("#close-evidence")
    ask(page, TIDE)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#conversation .actions").last.locator("button:has-text('Copy')").click()
    said(page, "#toast", "Copied")
    words = page.evaluate("navigator.clipboard.readText()")
    assert words.startswith(
        "The highest tide of 2021 stood 4.82 m above datum on 3 November. [1]\n\n[1] “The highest tide"
    )


def test_the_last_question_is_brought_to_the_top_with_its_answer_below(page: Any) -> None:
    page.set_viewport_size({"width": 1200, "height": 600})
    for question in ("How tall is the Eiffel Tower?", "How deep is the Rhine?", TIDE):
        ask(page, question)
        page.locator("#conversation .answer").last.locator(".actions").wait_for()
    page.wait_for_timeout(500)
    place = page.locator("#conversation").bounding_box()
    answer = page.locator("#conversation .answer .said").last.bounding_box()
    assert place["y"] <= answer["y"]
    assert answer["y"] + answer["height"] <= place["y"] + place["height"]


def test_settings_say_what_is_set_and_are_kept(page: Any) -> None:
    page.click("#open-settings")
    said(page, "#settings", "none is set (RAG_LLM_MODEL)")
    assert page.locator("#settings [value=llm]").is_disabled()
    assert "of ten unsupported sentences" in page.text_content("#judge")
    page.fill("#passages", "3")
    page.click("#settings button:has-text('Done')")
    page.reload()
    page.wait_for_selector("#status .settled")
    assert (
        "Looked at 2 passages" in ask(page, TIDE).text_content()
        or "Looked at 3 passages" in ask(page, TIDE).text_content()
    )


def test_a_narrow_screen_has_the_talk_and_the_rest_slides_over_it(page: Any) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator("#new-conversation").wait_for(state="hidden")
    ask(page, TIDE).locator("p .chip").first.click()
    page.wait_for_selector("#proof #quote")
    assert page.locator("#evidence").bounding_box()["width"] == 390
    page.click("#close-evidence")
    page.click("#open-side")
    page.wait_for_function("getComputedStyle(document.querySelector('#side')).visibility === 'visible'")
    page.click("#close-side")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
