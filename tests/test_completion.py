"""What a shell offers behind what is typed, by the same classes that bash, zsh and fish call."""

from __future__ import annotations

import pytest
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from irkg.cli import irkg

SHELLS = [BashComplete, ZshComplete, FishComplete]


def offered(words: str, incomplete: str, shell: type[ShellComplete] = BashComplete) -> list[str]:
    complete = shell(irkg, {}, "irkg", "_IRKG_COMPLETE")
    return [item.value for item in complete.get_completions(words.split(), incomplete)]


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("words", "incomplete", "expected"),
    [
        ("query", "strategies-co", ["strategies-countering"]),
        ("query strategies-countering", "--me", ["--mechanism"]),
        ("query strategies-countering --mechanism", "treg", ["Treg-recruitment"]),
        ("query strategies-countering --mechanism", "Treg r", ["Treg-recruitment"]),
        ("query conflicts-between --first eran-2023 --second", "sun-w", ["sun-w-2016"]),
        ("query claims-with-relation --relation", "rec", ["recognizes", "recruits"]),
        ("query claims-by-reference --number", "4", []),
        ("query mechanisms --source", "eran", ["eran-2023"]),
    ],
)
def test_queries_parameters_and_values_are_completed(
    shell: type[ShellComplete], words: str, incomplete: str, expected: list[str]
) -> None:
    assert offered(words, incomplete, shell) == expected


def test_every_value_that_is_offered_is_understood() -> None:
    from irkg.catalogue import catalogue
    from irkg.kg import KnowledgeGraph

    kg = KnowledgeGraph.open()
    (param,) = catalogue()["strategies-countering"].params
    values = kg.values(param)
    assert len(values) > 30
    for value, curie in values:
        assert " " not in value
        assert kg.lexicon.resolve(value, param.classes) == kg.lexicon.resolve(curie)
