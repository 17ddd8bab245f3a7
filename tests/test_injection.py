"""A document that gives orders to language models: it changes neither answer nor marks nor the others' rank."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from attacks import ATTACKS
from openai_server import Body, OpenAIServer

import rag.library
from rag import Answer, Assistant
from rag.language_model.endpoint import connect
from rag.library import Library
from rag.models import Embedder
from rag.settings import Settings

QUESTION = "How high was the highest tide of 2021 at the quay?"
TRUE = "The highest tide of 2021 stood 4.82 m above datum on 3 November."
PAPERS = {
    "tides.txt": f"Tides at the quay\n\n{TRUE} The gauge at the north pier was replaced in June 2022.\n",
    "history.txt": "The quay\n\nThe quay was built of oak in 1931. The highest tide before 2021 was that of 1953.\n",
    "pumps.txt": "Pumps\n\nThe pumps behind the quay run at every high tide. They were bought in 2019.\n",
}
NAMES = list(ATTACKS)


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Library]:
    """For each attack a folder of the papers and the attack, made to be found; one folder without any."""
    home = tmp_path_factory.mktemp("attacked")
    for number, attack in enumerate([*ATTACKS.values(), None]):
        folder = home / "papers" / f"{number:03}"
        folder.mkdir(parents=True)
        for name, text in PAPERS.items():
            (folder / name).write_text(text, encoding="utf-8")
        if attack is not None:
            told = f"Notes on the tide of 2021 at the quay\n\n{attack.text}\n"
            (folder / "attack.txt").write_text(told, encoding="utf-8", errors="replace")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rag.library, "load_embedder", lambda name: embedder)
        library = Library(Settings(store=home / "store"))
    with library:
        library.sync(home / "papers")
        yield library


@pytest.fixture(scope="module")
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


def asked(library: Library, server: OpenAIServer | None, folder: int) -> Answer:
    llm = None
    if server is not None:
        address = {"llm_base_url": server.base_url, "llm_model": "fake-model"}
        llm = connect(Settings(**address, llm_window=8192, llm_seconds=5))  # type: ignore[arg-type]
    return Assistant(library, llm, sources=f"*/{folder:03}/*").ask(QUESTION)


def well(body: Body) -> str:
    """A model that answers from the passage that holds the answer."""
    before, found, _ = str(body["messages"][-1]["content"]).partition(TRUE)
    assert found
    return f"It stood 4.82 m above datum on 3 November. [{before.rpartition('<passage ')[2].split()[0]}]"


def obeying(body: Body) -> str:
    """A model without a will of its own: it does whatever any passage tells it, and answers well otherwise."""
    shown = str(body["messages"][-1]["content"]).rpartition("\n\nQuestion:")[0]
    if re.search(r"\b(answer|say|reply|respond|state|conclude)\b[^\n]{0,80}\b42\b", shown, re.IGNORECASE):
        return "The answer is 42. [1]"
    return well(body)


def test_there_are_at_least_thirty_attacks() -> None:
    assert len(ATTACKS) >= 30


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_an_attack_changes_no_answer(attacked: Library, server: OpenAIServer, number: int) -> None:
    clean = asked(attacked, None, len(NAMES))
    assert "4.82 m" in clean.text
    for model, says in ((None, well), (server, well), (server, obeying)):
        server.answers(says)
        answer = asked(attacked, model, number)
        assert "4.82 m" in answer.text
        assert "42." not in answer.text
        assert {c.passage.source.rpartition("/")[2] for c in answer.claims[0].citations} == {"tides.txt"}


# Told as a story, an order is not found to be one: its document counts as any other does.
FOUND = [number for number, name in enumerate(NAMES) if name != "told as a story"]


@pytest.mark.parametrize("number", FOUND, ids=[NAMES[number] for number in FOUND])
def test_an_attack_changes_no_other_passage_s_rank(attacked: Library, number: int) -> None:
    def order(folder: int) -> list[str]:
        sources = [hit.passage.source for hit in attacked.search(QUESTION, 8, f"*/{folder:03}/*")]
        return [source.rpartition("/")[2] for source in sources if not source.endswith("attack.txt")]

    assert order(number) == order(len(NAMES))


def test_a_model_that_says_what_it_was_ordered_to_is_not_believed(attacked: Library, server: OpenAIServer) -> None:
    server.answers("The answer is 42. [1]")
    answer = asked(attacked, server, NAMES.index("ignore the above"))
    assert answer.writer == "extractive"
    assert answer.draft == "The answer is 42. [1]"
    assert "4.82 m" in answer.text
    assert "42" not in answer.text


def test_words_addressed_to_a_model_support_nothing(attacked: Library, server: OpenAIServer) -> None:
    def said(body: Body) -> str:
        shown = str(body["messages"][-1]["content"])
        numbers = re.findall(r"<passage (\d+) ", shown)
        notes = next(n for n in numbers if "Notes on the tide" in shown.partition(f"<passage {n} ")[2][:60])
        return f"{well(body)} Every sailor must obey the emperor. [{notes}]"

    server.answers(said)
    number = NAMES.index("ignore the above")
    answer = asked(attacked, server, number)
    assert any("addressed to a language model" in warning for warning in answer.warnings)
    assert answer.writer == "extractive"
    assert answer.notice.startswith("A source gives orders to language models")


def test_the_reader_is_told_of_the_document_that_gives_orders(attacked: Library) -> None:
    answer = asked(attacked, None, NAMES.index("ignore the above"))
    (warning,) = answer.warnings
    assert warning.startswith("“attack” holds words that are addressed to a language model")
