"""The smallest sets that cover something, against all subsets tried one by one."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from irkg import KnowledgeGraph
from irkg.combinations import smallest_sets
from irkg.model import Answer

rows = st.lists(st.tuples(st.sampled_from("ABCDEF"), st.sampled_from("uvwxyz")), min_size=1, max_size=20, unique=True)


@given(rows)
def test_sets_are_all_the_smallest_ones(proofs: list[tuple[str, str]]) -> None:
    whole = {thing for _, thing in proofs}
    members = sorted({member for member, _ in proofs})
    by_size = (
        [" + ".join(c) for c in combinations(members, size) if {t for m, t in proofs if m in c} == whole]
        for size in range(1, 7)
    )
    expected = next(found for found in by_size if found)
    answer = smallest_sets(Answer(("strategy", "mechanism"), tuple(proofs)), "strategy", "mechanism")
    assert sorted(set(answer.column("set"))) == expected
    for name in expected:
        proven = {(member, thing) for found, member, thing in answer.rows if found == name}
        assert proven == {(m, t) for m, t in proofs if m in name.split(" + ")}


def test_what_nothing_covers_is_said() -> None:
    answer = smallest_sets(Answer(("s", "m"), (("A", "x"),)), "s", "m", ["x", "y"])
    assert answer.rows == (("A", "A", "x"),)
    assert answer.notes == (
        "1 smallest set of 1 member covers 1.",
        "Nothing is stated to cover y: no set does.",
    )
    assert smallest_sets(Answer(("s", "m"), ()), "s", "m", ["y"]).notes == (
        "Nothing is stated to cover y: no set does.",
    )


def test_shipped_graph_combines_strategies_of_different_sources() -> None:
    mechanisms = ["Treg recruitment", "MDSC recruitment", "antigen loss"]
    answer = KnowledgeGraph.open().query("combinations", mechanism=mechanisms)
    for name in set(answer.column("set")):
        proofs = [r for r in answer.rows if r[0] == name]
        assert {r[answer.columns.index("object")] for r in proofs} == set(mechanisms)
        assert {r[answer.columns.index("subject")] for r in proofs} == set(name.split(" + "))
        assert all(r[answer.columns.index("evidence")] for r in proofs)
