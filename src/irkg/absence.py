"""What an answer without stated rows says about itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from irkg import vocab as v
from irkg.engines import EmbeddedEngine, Engine
from irkg.model import Answer, QuerySpec, Support

_PREFIXES = """PREFIX irkg: <https://w3id.org/irkg/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
_MENTIONS = (
    _PREFIXES
    + """SELECT DISTINCT ?claim ?kind ?relation ?negated ?strength WHERE {{
  VALUES ?kind {{ {kinds} }}
  {{ ?claim irkg:subject ?kind }} UNION {{ ?claim irkg:object ?kind }}
  ?claim a irkg:Claim ; irkg:predicate ?p ; irkg:negated ?negated ; irkg:strength ?level ; irkg:reviewStatus ?status .
  ?level rdfs:label ?strength .
  FILTER (?status != irkg:rejected)
  OPTIONAL {{ ?p irkg:relationName ?name }}
  BIND (COALESCE(?name, STRAFTER(STR(?p), STR(irkg:))) AS ?relation)
}} LIMIT {most}"""
)
_BELOW = (
    _PREFIXES
    + """SELECT DISTINCT ?kind ?name WHERE {{
  ?class rdfs:subClassOf+ <{iri}> .
  ?kind irkg:exemplarOf ?class ; skos:prefLabel ?name .
}}"""
)
_ANY = "ASK { ?claim a <https://w3id.org/irkg/Claim> }"
_NO_CLAIMS = "The graph holds no claim at all."
_NO_CLAIMS_THERE = (
    "The endpoint shows plain queries no claim at all: its default graph has to show what its named graphs hold "
    "(irkg publish --default-graph, or a setting of the server: docs/publish.md)."
)
_MOST = 1_000  # claims that are looked through; frequent kinds have many thousands
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


def mentioned(engine: Engine, kinds: Mapping[str, str], sources: Sequence[str] = ()) -> list[str]:
    """Return why an answer has no rows: what the claims do say of each value, or that there are none to ask.

    Args:
        engine: What the claims are asked of.
        kinds: From the IRI of a class to its name.
        sources: Ids of the sources whose claims these are; those of all sources where empty.

    Returns:
        A sentence for each: that no claim mentions it, and which kinds of it are mentioned; that those which do are
        all denied or hedged; or by which relations it is mentioned instead, the most frequent first. One sentence
        where there is no claim at all.
    """
    if not engine.run(_ANY).boolean:
        return [_NO_CLAIMS if isinstance(engine, EmbeddedEngine) else _NO_CLAIMS_THERE]
    of = f" of {', '.join(sources)}" if sources else ""
    return [_mention(engine, iri, name, of) for iri, name in kinds.items()]


def _mention(engine: Engine, iri: str, name: str, of: str) -> str:
    found = _claims(engine, [v.exemplar(iri)])
    if not found:
        return f"No claim{of} mentions {name} itself{_below(engine, iri)}."
    shown = _counted([relation + (", denied" if negated == "true" else "") for _, _, relation, negated, _ in found])
    if all(negated == "true" for _, _, _, negated, _ in found):
        return f"Only denied claims{of} mention {name} itself: {shown}."
    if not any(strength in _FIRM for *_, negated, strength in found if negated != "true"):
        return f"Only hedged or denied claims{of} mention {name} itself: {shown}."
    return f"Claims{of} mention {name} itself, none of this kind; the nearest: {shown}."


def _below(engine: Engine, iri: str) -> str:
    """Return which kinds of a class are mentioned, as the end of a sentence."""
    names = {row[0]: row[1] for row in _asked(engine, _BELOW.format(iri=iri))}
    mentions = _claims(engine, sorted(names)) if names else []
    return f"; its kinds: {_counted([names[kind] for _, kind, *_ in mentions])}" if mentions else ""


def _claims(engine: Engine, kinds: Collection[str]) -> list[tuple[str, ...]]:
    """Return claim, kind, relation, whether it is denied, and strength, for each mention of some kinds."""
    return _asked(engine, _MENTIONS.format(kinds=" ".join(f"<{kind}>" for kind in kinds), most=_MOST))


def _asked(engine: Engine, sparql: str) -> list[tuple[str, ...]]:
    return [tuple(getattr(term, "value", "") for term in row) for row in engine.run(sparql).rows]


def elsewhere(everything: Answer) -> list[str]:
    """Return the sentence that says so where other sources than those asked state what was asked for.

    Args:
        everything: The rows of all sources, where those that were asked have none.

    Example:
        >>> elsewhere(Answer(("source",), (("a-2020",), ("a-2020 b-2021",))))
        ['2 rows rest on other sources (a-2020, b-2021); leave out --source to see them.']
    """
    if not everything.rows or "source" not in everything.columns:
        return []
    sources = sorted({source for cell in everything.column("source") for source in cell.split()})
    named = ", ".join(sources[:_NEAREST]) + (" and others" if len(sources) > _NEAREST else "")
    count = len(everything.rows)
    rows, them = ("1 row rests", "it") if count == 1 else (f"{count} rows rest", "them")
    return [f"{rows} on other sources ({named}); leave out --source to see {them}."]


def _counted(names: Collection[str]) -> str:
    counts = sorted(Counter(names).items(), key=lambda entry: (-entry[1], entry[0]))
    least = "at least " if len(names) == _MOST else ""
    return ", ".join(f"{name} ({least}{count})" for name, count in counts[:_NEAREST])
