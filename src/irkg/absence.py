"""What an answer without stated rows says about itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from irkg import vocab as v
from irkg.engines import Engine
from irkg.model import Answer, QuerySpec, Support

_MENTIONS = """PREFIX irkg: <https://w3id.org/irkg/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?claim ?relation ?negated ?strength WHERE {{
  VALUES ?kind {{ {kinds} }}
  {{ ?claim irkg:subject ?kind }} UNION {{ ?claim irkg:object ?kind }}
  ?claim a irkg:Claim ; irkg:predicate ?p ; irkg:negated ?negated ; irkg:strength ?level ; irkg:reviewStatus ?status .
  ?level rdfs:label ?strength .
  FILTER (?status != irkg:rejected)
  OPTIONAL {{ ?p irkg:relationName ?name }}
  BIND (COALESCE(?name, STRAFTER(STR(?p), STR(irkg:))) AS ?relation)
}}"""
_NEAREST = 3
_FIRM = frozenset({"asserted", "ability"})


def nothing_stated(
    spec: QuerySpec, names: Mapping[str, str], said: Answer, shown: Answer, sources: Sequence[str]
) -> list[str]:
    """Return the sentence that says so where no source states what was asked for, however weakly.

    Args:
        spec: The query.
        names: What its parameters were given, in words.
        said: The rows of the wanted sources, weak ones too.
        shown: The rows that are left.
        sources: Ids of the sources that were asked; all where empty.
    """
    if not spec.empty or (said.rows and "support" not in said.columns):
        return []
    if "support" in said.columns and set(said.column("support")) - {Support.CANDIDATE}:
        return []
    what = spec.empty
    for param in spec.params:
        what = what.replace(f"{{{param.name}}}", names.get(param.name, f"any {param.name}"))
    if not sources:
        who = "No source states"
    elif len(sources) == 1:
        who = f"The source {sources[0]} does not state"
    else:
        who = f"None of the sources {', '.join(sources)} states"
    proposed = len(set(shown.column("subject"))) if shown.rows else 0
    candidates = [f"Candidates, proposed by a rule and stated by nobody: {proposed}."] if proposed else []
    return [f"{who} {what}.", *candidates]


def mentioned(engine: Engine, kinds: Mapping[str, str]) -> list[str]:
    """Return what the claims do say of each value of an answer without rows.

    Args:
        engine: What the claims are asked of.
        kinds: From the IRI of a class to its name.

    Returns:
        A sentence for each: that no claim mentions it, that those which do are all denied or hedged, or by which
        relations it is mentioned instead, the most frequent first.
    """
    return [_mention(engine, iri, name) for iri, name in kinds.items()]


def _mention(engine: Engine, iri: str, name: str) -> str:
    rows = engine.run(_MENTIONS.format(kinds=f"<{v.exemplar(iri)}>")).rows
    found = [tuple(getattr(term, "value", "") for term in row[1:]) for row in rows]
    if not found:
        return f"No claim mentions {name} itself."
    shown = _counted([relation for relation, _, _ in found])
    if all(negated == "true" for _, negated, _ in found):
        return f"Only denied claims mention {name} itself: {shown}."
    if not any(strength in _FIRM for _, negated, strength in found if negated != "true"):
        return f"Only hedged or denied claims mention {name} itself: {shown}."
    return f"Claims mention {name} itself, none of this kind; the nearest: {shown}."


def _counted(relations: Collection[str]) -> str:
    counts = sorted(Counter(relations).items(), key=lambda entry: (-entry[1], entry[0]))
    return ", ".join(f"{relation} ({count})" for relation, count in counts[:_NEAREST])
