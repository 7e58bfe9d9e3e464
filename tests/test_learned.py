from __future__ import annotations

import re
from pathlib import Path

import pytest
from bench.ask import QUESTIONS
from hypothesis import given
from hypothesis import strategies as st

from irkg.ask import asked_about
from irkg.learned import BIAS, DECLINED, FILE, Learned, Weighing, digest, features, masked, read, shipped, write
from irkg.model import Span
from irkg.query import load_catalogue
from irkg.tables import read_table

SPECS = asked_about(load_catalogue(Path(__file__).parent.parent / "queries"))
WEIGHING = Weighing(fit=5.0, chance=1.0, missing=-5.0, best=1.0, declined=3.0)


def test_the_weights_are_of_the_ways_to_ask_and_the_questions_that_ship() -> None:
    asked = [(r["question"], r["query"]) for r in read_table(QUESTIONS, ("question",)) if r["half"] == "development"]
    assert shipped().digest == digest(SPECS, asked), "learn again: python -m bench.learn"


def test_every_query_was_learned() -> None:
    assert set(shipped().queries) == {*(spec.name for spec in SPECS), DECLINED}


def test_another_way_to_ask_is_another_digest() -> None:
    assert digest(SPECS, [("who?", "-")]) != digest(SPECS, [("whom?", "-")]) != digest(SPECS[1:], [("whom?", "-")])
    assert digest(SPECS, [("a", "-"), ("b", "-")]) == digest(SPECS, [("b", "-"), ("a", "-")])


@given(st.text(max_size=60))
def test_chances_are_of_any_text_and_add_up(text: str) -> None:
    chances = shipped().chances(features(text))
    assert sum(chances.values()) == pytest.approx(1)
    assert min(chances.values()) >= 0


def small() -> Learned:
    """ "Who" speaks for the one query, "shapes" for the other by half as much."""
    rows = {BIAS: 0, "w:attracts": 1, "w:shapes": 2}
    return Learned("of", ("-", "first", "second"), WEIGHING, 0.1, rows, [0, 0, 0, -50, 100, -50, 0, -50, 50])


def test_what_a_word_speaks_for_is_the_likeliest() -> None:
    chances = small().chances({"w:attracts": 1, "w:unheard": 3})
    assert max(chances, key=lambda name: chances[name]) == "first"
    assert small().chances({})["first"] == pytest.approx(1 / 3)
    assert small().telling("What attracts or shapes it?", "first") == ["attracts"]
    assert small().telling("What attracts or shapes it?", "second") == ["shapes"]
    assert small().telling("Who?", "unheard") == []


def test_weights_are_written_the_same_and_read_back(tmp_path: Path) -> None:
    one, two = tmp_path / "one.zip", tmp_path / "two.zip"
    write(small(), one)
    write(read(one), two)
    assert one.read_bytes() == two.read_bytes()
    back = read(two)
    assert (back.queries, back.weighing, back.rows, list(back.weights)) == (
        small().queries, WEIGHING, small().rows, list(small().weights)
    )  # fmt: skip


def test_the_weights_are_small_and_hold_no_name() -> None:
    """A question's names are masked before it is learned from, so that no source is known by heart."""
    assert FILE.stat().st_size < 1_000_000
    learned = [name for name in shipped().rows if name.startswith("w:")]
    assert len(learned) > 500
    assert not [name for name in learned if re.fullmatch(r"w:\w+_?(19|20)\d\d", name)]


def test_of_names_that_overlap_the_first_is_masked() -> None:
    text = "Treg recruitment by Hou 2020"
    names = [(Span(0, 16), "kind"), (Span(0, 4), "kind"), (Span(20, 28), "source"), (Span(24, 28), "number")]
    assert masked(text, names).split() == ["{kind}", "by", "{source}"]


def test_features_are_words_pairs_pieces_stems_and_sorts() -> None:
    found = features("Who recruits {kind}?", ["cell"])
    assert {"w:who", "w:{kind}", "b:recruits {kind}", "c: rec", "g:recruit", "g:recruit {kind} $", "s:cell"} <= set(
        found
    )
    assert not [name for name in found if name.startswith("c:") and "{" in name]
