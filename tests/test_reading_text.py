"""Plain text, Markdown, reStructuredText and Org: paragraphs, headings, and no marks."""

from __future__ import annotations

from pathlib import Path

import pytest
from documents import PROSE, blocks, headings, read_one

# -- plain text


def test_a_wrapped_paragraph_is_one_block_and_the_chapter_a_heading(tmp_path: Path) -> None:
    text = (
        'CHAPTER I\n\n"Well, Prince, so Genoa and Lucca are now just family estates of the\n'
        "Buonapartes. But I warn you, if you don't tell me that this means war,\n"
        "if you still try to defend the infamies, I will have nothing more to do\nwith you.\n\n"
        "It was in July, 1805, and the speaker was the well-known Anna Pavlovna\nScherer.\n"
    )
    document = read_one(tmp_path, "war-and-peace.txt", text)
    assert headings(document) == ["CHAPTER I"]
    assert document.title == "war and peace"
    assert [block.count("\n") for block in blocks(document)] == [0, 3, 1]


def test_list_items_addresses_and_fields_are_blocks_of_their_own(tmp_path: Path) -> None:
    text = (
        f"{PROSE}\n\nImportant points:\n   - Hamburgers are delicious\n   - Dogs are\n     the best\n\n"
        "The Titan Corporation\n3033 Science Park Road\nSan Diego, CA 92122\n\nRent: $ 400\nTerm: five years\n"
    )
    assert blocks(read_one(tmp_path, "a.txt", text))[1:] == [
        "Important points:",
        "Hamburgers are delicious",
        "Dogs are\nthe best",
        "The Titan Corporation",
        "3033 Science Park Road",
        "San Diego, CA 92122",
        "Rent: $ 400",
        "Term: five years",
    ]


def test_a_minus_sign_is_no_bullet(tmp_path: Path) -> None:
    assert read_one(tmp_path, "a.txt", "- 5 degrees at night").text == "- 5 degrees at night"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Findings\n========\n\nIt rained.\n\nWells\n-----\nThe well is low.", ["Findings", "Findings > Wells"]),
        ("SUBLEASE AGREEMENT\n\nThis agreement is made today.", ["SUBLEASE AGREEMENT"]),
        ("ARTICLE IV. Rent\n\nThe rent is due.", ["ARTICLE IV. Rent"]),
        ("1.2 Water levels\n\nThe level fell.", ["1.2 Water levels"]),
        (
            "1. Basic Sublease Information.\nThe information in this section supplements it.",
            ["1. Basic Sublease Information."],
        ),
        ("1. Buy milk\n\n2. Sell milk\n\n3. Go home", []),
        ("4.1 Term. The term shall commence on the\n\nCommencement date.", []),
        ("Section 3 of the lease states that the rent is due.", []),
        ("STOP. THE WELL IS LOW.\n\nSEND WATER\n\nAND FOOD AT ONCE", []),
        ("ACME REPORT\n\nOne.\n\nACME REPORT\n\nTwo.\n\nACME REPORT\n\nThree.\n\nACME REPORT\n\nFour.", []),
    ],
)
def test_headings_are_recognised_with_care(tmp_path: Path, text: str, found: list[str]) -> None:
    assert headings(read_one(tmp_path, "a.txt", text)) == found


def test_form_feeds_are_page_breaks(tmp_path: Path) -> None:
    document = read_one(tmp_path, "a.txt", "First page.\fSecond page.\f")
    assert document.pages == (0, 13)
    assert document.page_at(document.text.index("Second")) == 2


# -- Markdown, reStructuredText, Org


def test_markdown_is_read_without_its_marks(tmp_path: Path) -> None:
    text = (
        "---\ntitle: Water in Norvik\nauthor: 'A. Lind'\n---\n"
        "# Levels\n\nThe **well** at [the farm](http://example.org/x) is `low`.<!-- no --> ![a chart](c.png)\n\n"
        "3. first\n4. second\n   - inner\n\n> said\n> she\n\nRivers\n------\n\n```py\na = 1\n\nb = 2\n```\n\n"
        "| Year | Rain |\n|---|---|\n| 2021 | 412 |\n\n<details><summary>More</summary>Hidden words</details>\n"
    )
    document = read_one(tmp_path, "a.md", text)
    assert document.title == "Water in Norvik"
    assert document.metadata == {"author": "A. Lind"}
    assert headings(document) == ["Levels", "Levels > Rivers"]
    assert blocks(document) == [
        "Levels",
        "The well at the farm is low. a chart",
        "3. first",
        "4. second",
        "inner",
        "said\nshe",
        "Rivers",
        "a = 1\nb = 2",
        "Year: 2021; Rain: 412",
        "More",
        "Hidden words",
    ]


def test_restructured_text_is_read_without_its_marks(tmp_path: Path) -> None:
    text = (
        "=====\nWater\n=====\n\n:Author: A. Lind\n\n"
        "The *well* at `the farm <http://x.org>`_ is ``low``; see :ref:`wells`.\n\n"
        "Levels\n------\n\n.. note:: Mind the step.\n   It is high.\n\n.. image:: a.png\n   :alt: x\n\n.. a comment\n\n"
        "Run this::\n\n    a = 1\n\n    b = 2\n\n====  ====\nYear  Rain\n====  ====\n2021  412\n====  ====\n\n"
        "+------+------+\n| Year | Rain |\n+======+======+\n| 2022 | 390  |\n+------+------+\n"
    )
    document = read_one(tmp_path, "a.rst", text)
    assert headings(document) == ["Water", "Water > Levels"]
    assert blocks(document) == [
        "Water",
        "Author: A. Lind",
        "The well at the farm is low; see wells.",
        "Levels",
        "Mind the step.",
        "It is high.",
        "Run this:",
        "a = 1\nb = 2",
        "Year: 2021; Rain: 412",
        "Year: 2022; Rain: 390",
    ]


def test_org_is_read_without_its_marks(tmp_path: Path) -> None:
    text = (
        "#+TITLE: Water\n#+AUTHOR: A. Lind\n* TODO Levels :wells:\n:PROPERTIES:\n:ID: 7\n:END:\n"
        "The *well* at [[http://x.org][the farm]] is =low=.\n# a comment\n** Code\n"
        "#+BEGIN_SRC py\na = 1\n\nb = 2\n#+END_SRC\n"
        "| Year | Rain |\n|------+------|\n| 2021 | 412 |\n"
    )
    document = read_one(tmp_path, "a.org", text)
    assert (document.title, document.metadata) == ("Water", {"author": "A. Lind"})
    assert headings(document) == ["Levels", "Levels > Code"]
    assert blocks(document)[1:] == ["The well at the farm is low.", "Code", "a = 1\nb = 2", "Year: 2021; Rain: 412"]
