"""What every judge keeps to: one contract for the package's own and for models of others."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_models import tiny_bert

from rag.errors import ModelError
from rag.grounding.judges import Judge, Pair
from rag.grounding.languages import other_language, unread_language
from rag.grounding.loading import load_judge
from rag.grounding.prepared import PreparedJudge
from rag.settings import Settings
from rag.types import Support, Verdict

PAIRS = [
    Pair("The ferry carries 64 passengers.", ("The ferry carries 64 passengers and two cars.",)),
    Pair("The ferry carries 46 passengers.", ("The ferry carries 64 passengers and two cars.",)),
    Pair("Herons nest in spring.", ("The mill was sold.", "Nobody came.")),
]


def tiny_classifier(folder: Path, labels: Sequence[str], **sizes: int) -> str:
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    tiny_bert(folder)
    torch.manual_seed(7)
    sizes = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64, **sizes}
    config = BertConfig(**sizes, num_labels=max(1, len(labels)))
    if labels:
        config.id2label = dict(enumerate(labels))
    BertForSequenceClassification(config).save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="module", params=["own", "inference", "one score"])
def judge(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Judge:
    if request.param == "own":
        return load_judge()
    labels = ["contradiction", "neutral", "entailment"] if request.param == "inference" else []
    return load_judge(Settings(judge=tiny_classifier(tmp_path_factory.mktemp("model"), labels)))


def keeps_to_the_contract(verdicts: Sequence[Verdict], pairs: Sequence[Pair]) -> None:
    assert len(verdicts) == len(pairs)
    for verdict, pair in zip(verdicts, pairs, strict=True):
        assert verdict.score is None or 0.0 <= verdict.score <= 1.0
        assert 0.0 <= verdict.confidence <= 1.0
        assert verdict.because
        assert verdict.judge
        assert all(0 <= start < end <= len(pair.claim) for start, end in verdict.lacking)


def test_verdicts_come_in_order_and_the_same_each_time(judge: Judge) -> None:
    verdicts = judge.verdicts(PAIRS)
    keeps_to_the_contract(verdicts, PAIRS)
    assert [v.support for v in verdicts] == [v.support for v in judge.verdicts(PAIRS[::-1])[::-1]]
    assert judge.verdicts([]) == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.text(max_size=120), st.lists(st.text(max_size=200), max_size=3)), max_size=3))
def test_any_text_has_a_verdict(judge: Judge, texts: list[tuple[str, list[str]]]) -> None:
    pairs = [Pair(claim, tuple(evidence)) for claim, evidence in texts]
    keeps_to_the_contract(judge.verdicts(pairs), pairs)


def test_a_judge_may_be_asked_by_several_threads(judge: Judge) -> None:
    expected = [verdict.support for verdict in judge.verdicts(PAIRS)]
    with ThreadPoolExecutor(4) as threads:
        for found in threads.map(lambda _: judge.verdicts(PAIRS), range(8)):
            assert [verdict.support for verdict in found] == expected


def test_what_stands_there_word_by_word_is_supported_by_every_judge(judge: Judge) -> None:
    (verdict,) = judge.verdicts([Pair("The mill was sold.", ("Nobody came. The mill was sold. It rained.",))])
    assert verdict.support is Support.SUPPORTED


def test_labels_that_cannot_be_understood_are_told_with_the_remedy(tmp_path: Path) -> None:
    named = load_judge(Settings(judge=tiny_classifier(tmp_path, ["good", "bad"])))
    with pytest.raises(ModelError, match=r"gives good, bad, none of which .* Set RAG_JUDGE"):
        named.verdicts(PAIRS)


def test_a_model_that_is_not_there_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        load_judge(Settings(judge=str(tmp_path / "none"))).verdicts(PAIRS)


class Told:
    """A judge that notes what it is asked."""

    name = "told"

    def __init__(self) -> None:
        self.asked: list[Pair] = []

    def verdicts(self, pairs: Sequence[Pair]) -> list[Verdict]:
        self.asked += pairs
        return [Verdict(Support.PARTLY, 0.5, "Asked.", self.name, 0.5) for _ in pairs]


def test_only_what_can_be_judged_reaches_a_judge() -> None:
    told = Told()
    pairs = [Pair("", ("x",)), PAIRS[1], Pair("A claim.", ("", " ")), Pair("Она приехала вчера.", ("She came.",))]
    found = PreparedJudge(told).verdicts(pairs)
    assert told.asked == [PAIRS[1]]
    supports = [verdict.support for verdict in found]
    assert supports == [Support.UNCHECKED, Support.PARTLY, Support.UNSUPPORTED, Support.UNCHECKED]


@pytest.mark.parametrize(
    ("claim", "language"),
    [
        ("Der Vorstand hat im März beschlossen, die Schleuse zu schließen.", "de"),
        ("Was in der Sitzung an Kritik laut wurde, steht nicht im Protokoll.", "de"),
        ("Der höchste Berg Deutschlands ist die Zugspitze.", "de"),
        ("Die Temperatur in Berlin war im Mai höher als im April.", "de"),
        ("Le conseil a décidé en mars de fermer les portes de la lagune.", "fr"),
        ("Fumer augmente nettement le risque de cancer du poumon.", "fr"),
        ("Il est interdit de pêcher en hiver.", "fr"),
        ("El consejo decidió en marzo cerrar las puertas de la laguna.", "es"),
        ("El agua hierve a cien grados centígrados.", "es"),
        ("Pablo Picasso pintó el Guernica en París.", "es"),
        ("La temperatura della laguna è aumentata di due gradi.", "it"),
        ("Prom został zbudowany w 1958 roku w Gdańsku.", "pl"),
        ("Она приехала в гавань вчера вечером.", "another script"),
        ("船は1958年に建造された。", "another script"),
        ("The board decided in March to close the gates of the lagoon.", ""),
        ("Herons, gulls and terns nest there.", ""),
        ("Pablo Picasso is a painter from La Coruña de Galicia.", ""),
        ("Brazilian jiu-jitsu shunned Kodokan judo.", ""),
        ("PD-1+Eomes+CD8 T cells.", ""),
        ("Die.", ""),
        ("1958, 64", ""),
        ("", ""),
    ],
)
def test_a_claim_in_another_language_is_noticed(claim: str, language: str) -> None:
    assert other_language(claim, ["The board met in March."]) == language


GERMAN = "Die Fähre wurde im Jahr 1958 gebaut und fährt seitdem jeden Tag von der Stadt nach der Insel."


def test_a_claim_in_the_words_of_english_evidence_is_english_whatever_its_words() -> None:
    claim = "Simón José Antonio de la Santísima Trinidad Bolívar y Palacios."
    assert other_language(claim, ["His name was Simón José Antonio de la Santísima Trinidad Bolívar y Palacios."]) == ""
    assert other_language("Die Fähre wurde im Jahr 1958 gebaut.", [GERMAN]) == "de"


def test_evidence_in_another_language_is_told_of_where_there_is_no_other() -> None:
    claim = "The ferry was built in 1958."
    assert unread_language(claim, [GERMAN]) == "of the source: German"
    assert unread_language(claim, [GERMAN, "The ferry was built long ago."]) == ""
    assert unread_language(claim, [GERMAN + " The board met in March and decided that the mill should be sold."]) == ""
    assert unread_language("Die Fähre wurde 1958 gebaut.", ["It was built."]) == "German"


@given(st.text(max_size=80), st.lists(st.text(max_size=200), max_size=3))
@settings(deadline=None)
def test_any_text_has_a_language_or_none(claim: str, evidence: list[str]) -> None:
    assert isinstance(unread_language(claim, evidence), str)


def test_a_model_with_a_small_window_reads_all_of_a_long_claim_and_its_evidence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sentence_transformers import CrossEncoder

    read: list[tuple[str, str]] = []
    predict = CrossEncoder.predict

    def noting(model: CrossEncoder, texts: list[tuple[str, str]], **options: object) -> object:
        read.extend(texts)
        sizes = [len(model.tokenizer(*pair, truncation=False)["input_ids"]) for pair in texts]
        assert max(sizes) <= 64
        return predict(model, texts, **options)

    monkeypatch.setattr(CrossEncoder, "predict", noting)
    judge = load_judge(Settings(judge=tiny_classifier(tmp_path, [], max_position_embeddings=64)))
    claim = " ".join(f"claim{n}" for n in range(60))
    evidence = " ".join(f"evidence{n}" for n in range(80))
    (verdict,) = judge.verdicts([Pair(claim, (evidence,))])
    assert all(any(word in one for one, _ in read) for word in evidence.split())
    assert all(any(word in one for _, one in read) for word in claim.split())
    assert verdict.score is not None
    assert all(claim[start:end].strip() == claim[start:end] != "" for start, end in verdict.lacking)


def test_a_score_does_not_depend_on_the_pairs_beside_it(judge: Judge) -> None:
    alone = [judge.verdicts([pair])[0].score for pair in PAIRS]
    assert [verdict.score for verdict in judge.verdicts(PAIRS)] == pytest.approx(alone, abs=0.02)
