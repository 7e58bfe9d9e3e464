"""Which sentences are parsed: those that can hold a claim, and what such a one points back to."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from bench.fill import abstracts

from irkg.extract import claims
from irkg.extract.prospects import to_parse
from irkg.extract.syntax import clean, event_cues
from irkg.lexicon import Lexicon
from irkg.reading import read_documents
from irkg.text import parse

LOOKING_BACK = (
    "They inhibit it.",
    "This impairs them.",
    "These cells attack it and its receptor.",
    "Such pathways, including PD-1, promote this.",
    "Their recruitment exhausts T cells.",
    "It was seen that this depletes nutrients.",
    "Melanoma was there.",
    "A range of mechanisms is known.",
    "Several mechanisms, like Treg recruitment, were seen in two sets of tumors.",
    "Cancer cells deplete nutrients.",
    "Immune recognition and attack of such cells were rare.",
    "That they recruit Tregs is not known.",
    "It exhausts them.",
)
NAMES = ("Treg recruitment", "Metabolic reprogramming", "Melanoma", "Results")


def parsed(text: str, lexicon: Lexicon) -> list[int]:
    """Return the numbers of the sentences and headings that are parsed, from 0."""
    sentences = parse(text, "x").sentences
    texts = [clean(s)[0] for s in sentences]
    names = [lexicon.find(text) for text in texts]
    wanted = to_parse(sentences, texts, names, lexicon, lambda: event_cues(lexicon))
    return [at for at, own in enumerate(wanted) if own]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The patients were seen in May. Tregs were counted.", []),
        ("Tregs were counted by people who knew how.", []),
        ("Tregs inhibit T cells. Nothing else was seen.", [0]),
        ("T cells can become exhausted.", [0]),
        ("Melanoma was seen early. It recruits Tregs.", [0, 1]),
        ("Melanoma was seen early. It was large.", []),
        ("Tregs were there. One. They inhibit T cells.", [0, 2]),
        ("Tregs were there. One. Two. They inhibit T cells.", []),
        ("PD-1 was there. One. Two. Three. These immune checkpoints inhibit T cells.", [0, 4]),
        ("PD-1 was there. One. Two. Three. Four. These immune checkpoints inhibit T cells.", [5]),
        ("Tregs were there. One. Two. Three. These immune checkpoints inhibit melanoma.", [4]),
        ("Tregs inhibit other Tregs.", []),
        ("Tregs inhibit T cells, and Tregs were counted. These were Tregs.", [0, 1]),
        ("Tregs are recruited by Tregs.", [0]),  # their recruitment is a kind of its own
        ("Immune recognition and attack follow immune recognition.", [0]),  # "immune attack"
        ("Tumors have a number of resistance mechanisms.\n\n**Treg recruitment**: It is frequent.", [0]),
    ],
)
def test_sentences_that_are_parsed(text: str, expected: list[int], lexicon: Lexicon) -> None:
    assert parsed(text, lexicon) == expected


def test_no_claim_is_lost_by_what_is_not_parsed(
    restated: Path, lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    (document,) = read_documents(restated)
    found = claims.extract(document, lexicon)
    monkeypatch.setattr(claims, "to_parse", lambda sentences, *_: [not s.heading for s in sentences])
    assert claims.extract(document, lexicon) == found


@pytest.mark.parametrize("seed", range(12))
def test_no_claim_is_lost_in_sentences_thrown_together(
    seed: int, restated: Path, lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one looks back to is another in each document, and further away."""
    dice = random.Random(seed)
    (document,) = read_documents(restated)
    pool = [s.text for s in document.sentences if not s.heading] + list(LOOKING_BACK)
    pool += next(abstracts(1, 0.4, lexicon, seed)).replace(". ", ".\n").split("\n")
    drawn = [f"# {dice.choice(NAMES)}\n" if dice.random() < 0.1 else dice.choice(pool) for _ in range(40)]
    thrown = parse("\n".join(drawn), "thrown")
    found = claims.extract(thrown, lexicon)
    monkeypatch.setattr(claims, "to_parse", lambda sentences, *_: [not s.heading for s in sentences])
    assert claims.extract(thrown, lexicon) == found
