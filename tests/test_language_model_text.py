"""What is told from a text without the model that wrote it: its thoughts from its answer, and its tokens at most."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rag.language_model.counting import at_least, count
from rag.language_model.thoughts import Thoughts, without_thoughts

TAGLIKE = st.lists(st.sampled_from(["<", "<think", "</think", "think>", ">", "a", " ", "\n"]), max_size=6).map("".join)


@settings(max_examples=60, deadline=None)
@given(thought=TAGLIKE, text=TAGLIKE, cuts=st.lists(st.integers(0, 60), max_size=6))
def test_thoughts_are_parted_the_same_however_the_stream_is_cut(thought: str, text: str, cuts: list[int]) -> None:
    assume("</think>" not in thought)
    assume(not text.lstrip().startswith("<think>"))
    for whole, answer in ((text, text), (f" <think>{thought}</think>{text}", text.lstrip())):
        places = [0, *sorted(cut for cut in cuts if cut < len(whole)), len(whole)]
        thoughts = Thoughts()
        assert "".join(thoughts.part(whole[a:b])[0] for a, b in pairwise(places)) + thoughts.end() == answer


def test_thoughts_whose_beginning_the_template_wrote_can_be_taken_off_a_whole_text() -> None:
    assert without_thoughts("Hm. 4.82?</think>\n\nIt stood at 4.82 m.") == "It stood at 4.82 m."
    assert without_thoughts("It stood at 4.82 m.") == "It stood at 4.82 m."


ENGLISH = (
    "The station was founded in the spring of 1987 by a resolution of the town council and has been enlarged three "
    "times since. Its task is to measure the level of the water, its salinity and the speed of the current at the "
    "mouth of the river. According to the annual report the highest level of November 2021 exceeded the limit by "
    "fourteen centimetres; the warning was nevertheless given in time."
)
GERMAN = (
    "Die Gezeitenstation wurde im Frühjahr 1987 auf Beschluss des Gemeinderats errichtet und seither dreimal erweitert"
    ". Ihre Aufgabe ist die fortlaufende Messung des Wasserstands, des Salzgehalts und der Strömungsgeschwindigkeit an "
    "der Mündung des Flusses. Die Naturschutzbehörde bezweifelt, dass die Verschlechterung der Wasserqualität "
    "ausschließlich auf Düngemittel zurückzuführen sei."
)
CHINESE = (
    "潮汐监测站于一九八七年春天根据市议会的决定建立，此后扩建了三次。它的任务是持续测量河口的水位、盐度和流速。"
    "根据年度报告，二〇二一年十一月的最高水位超过警戒线十四厘米，不过风暴潮警报及时发出。"
)
TABLE = (
    "| year | level m | salinity | visitors |\n|---|---|---|---|\n| 2019 | 4.82 | 31.25 | 12,345 |\n"
    "| 2020 | 4.79 | 30.85 | 2,871 |\n| 2021 | 5.03 | 29.40 | 9,116 |\n| 2022 | 4.91 | 30.02 | 14,203 |\n"
)


@pytest.mark.parametrize(
    ("text", "real", "counted"),
    [
        (ENGLISH, 83, 119),
        (TABLE, 100, 135),
        (GERMAN, 110, 118),
        (CHINESE, 120, 133),
        ("sha256 53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db", 36, 57),
        ("", 0, 0),
    ],
)
def test_tokens_are_counted_on_the_upper_side_of_what_cl100k_counts(text: str, real: int, counted: int) -> None:
    assert count(text) == counted
    assert at_least(text) <= real <= counted <= 1.6 * real
