"""The mappings are SSSOM as another library understands it, and faults are told with their line."""

from __future__ import annotations

from pathlib import Path

import pytest

from irkg import resources
from irkg.errors import SourceError
from irkg.sssom import COLUMNS, Match, read_mappings

HEAD = """#curie_map:
#  irkg: https://w3id.org/irkg/
#  MESH: http://id.nlm.nih.gov/mesh/
#  skos: http://www.w3.org/2004/02/skos/core#
#  semapv: https://w3id.org/semapv/vocab/
#mapping_set_id: https://example.org/m
#mapping_set_version: "1"
#license: https://creativecommons.org/licenses/by/4.0/
"""
ROW = "irkg:A\ta\t\tskos:exactMatch\tMESH:D1\td\tsemapv:ManualMappingCuration\t\t\twhy"
PREDICATES = {f"skos:{n}Match" for n in ("exact", "close", "broad", "narrow", "related")} | {"oboInOwl:hasDbXref"}


def written(path: Path, *lines: str, head: str = HEAD) -> Path:
    file = path / "m.sssom.tsv"
    file.write_text(head + "\t".join(COLUMNS) + "\n" + "".join(line + "\n" for line in lines), encoding="utf-8")
    return file


def test_a_mapping_is_read(tmp_path: Path) -> None:
    refused = ROW.replace("\t\tskos", "\tNot\tskos").replace("D1", "D2")
    found = read_mappings(written(tmp_path, ROW, refused))
    assert found.matches == (
        Match("irkg:A", "skos:exactMatch", "MESH:D1", False, "why"),
        Match("irkg:A", "skos:exactMatch", "MESH:D2", True, "why"),
    )
    assert found.slots["mapping_set_version"] == "1"
    assert found.expand("MESH:D1") == "http://id.nlm.nih.gov/mesh/D1"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([ROW.replace("MESH:", "NCIT:")], r':10: object_id "NCIT:D1" has no declared prefix; add the prefix'),
        ([ROW.replace("irkg:A", "A")], r':10: subject_id "A" has no declared prefix'),
        ([ROW, ROW.replace("exact", "close")], r":11: sets irkg:A against MESH:D1 twice"),
        ([ROW.replace("\t\tskos", "\tMaybe\tskos")], r':10: unknown predicate_modifier "Maybe"; use Not'),
        ([ROW + "\tmore"], r":10: has 11 cells where 10 are named"),
    ],
)
def test_a_row_that_cannot_be_used(lines: list[str], message: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=message):
        read_mappings(written(tmp_path, *lines))


@pytest.mark.parametrize("slot", ["mapping_set_id", "license", "mapping_set_version"])
def test_a_slot_that_is_missing(slot: str, tmp_path: Path) -> None:
    head = "".join(line for line in HEAD.splitlines(keepends=True) if not line.startswith(f"#{slot}"))
    with pytest.raises(SourceError, match=f"lacks the slot {slot}; add a line"):
        read_mappings(written(tmp_path, ROW, head=head))


def test_a_file_that_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "m.tsv").write_text("a\tb\n")
    with pytest.raises(SourceError, match=r"m\.tsv:1: has no column"):
        read_mappings(tmp_path / "m.tsv")
    with pytest.raises(SourceError, match="no such file"):
        read_mappings(tmp_path / "absent.tsv")


def test_the_shipped_mappings_are_in_order_and_of_known_predicates() -> None:
    matches = read_mappings(resources.mappings_file()).matches
    assert list(matches) == sorted(matches, key=lambda m: (m.subject, m.predicate, m.object))
    assert {m.predicate for m in matches} == PREDICATES
    assert {m.predicate for m in matches if m.refused} == {"skos:exactMatch"}


def test_no_term_is_exactly_two_things() -> None:
    """Two of our terms with one exact match would be the same thing."""
    exact = [m for m in read_mappings(resources.mappings_file()).matches if m.predicate == "skos:exactMatch"]
    held = [m.object for m in exact if not m.refused]
    assert len(held) == len(set(held))


def test_another_library_reads_the_same_mappings() -> None:
    peer = pytest.importorskip("sssom_pydantic")
    theirs, _, mapping_set = peer.read(resources.mappings_file())
    ours = read_mappings(resources.mappings_file())
    assert str(mapping_set.license) == ours.slots["license"]
    assert str(mapping_set.id) == ours.slots["mapping_set_id"]
    found = [
        (m.subject.curie, m.predicate.curie, m.object.curie, m.predicate_modifier is not None, m.comment)
        for m in theirs
    ]
    assert sorted(found) == sorted((m.subject, m.predicate, m.object, m.refused, m.comment) for m in ours.matches)
