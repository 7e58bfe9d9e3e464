"""What a validation brings to light: results as SHACL has them, findings as a curator reads them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from irkg.model import Finding
from irkg.validate.shapes import Node, Shapes, Term, as_written
from irkg.vocab import CAVEAT, CLAIM_NS, COMMENT, HAS_EVIDENCE, LABEL, OA, OBJECT, PREDICATE, RDF_TYPE, SH, SUBJECT

SEVERITIES = ("Violation", "Warning", "Info")
"""From the worst to the least; a severity of a user's own is none of them and counts as the least."""


@dataclass(frozen=True, slots=True)
class Result:
    """One validation result (SHACL, 3.6.2).

    Attributes:
        focus: The focus node.
        path: The property concerned, where it is one; a longer path is that of the shape.
        value: The offending value, where there is one.
        component: IRI of the constraint component.
        severity: IRI of the severity.
        shape: The shape that is broken.
        messages: What to do about it.
    """

    focus: Term
    path: str | None
    value: Term | None
    component: str
    severity: str
    shape: Node
    messages: tuple[str, ...]


@dataclass(frozen=True)
class Validation:
    """What a validation found.

    Attributes:
        findings: Sorted by severity, the worst first, then by shape and focus node.
        results: As SHACL has them.
        shapes: What was checked.
        engines: From the name of an engine to the names of the shapes that it ran.

    Example:
        >>> from irkg import KnowledgeGraph
        >>> validation = KnowledgeGraph.open().validate()
        >>> validation.violated
        False
    """

    findings: tuple[Finding, ...]
    results: tuple[Result, ...]
    shapes: Shapes
    engines: Mapping[str, tuple[str, ...]]

    @property
    def conforms(self) -> bool:
        """Whether there is no result at all, a remark neither (SHACL, 3.6.1.1)."""
        return not self.results

    @property
    def violated(self) -> bool:
        """Whether there is a result of the severity Violation."""
        return any(f.severity == SEVERITIES[0] for f in self.findings)

    def report(self) -> bytes:
        """Return the validation report (SHACL, 3.6) as Turtle, its results in the order of the findings."""
        prefixes = {"sh": SH, "shape": "https://w3id.org/irkg/shape/", "irkg": "https://w3id.org/irkg/"}
        content = ox.serialize(_report(self), format=ox.RdfFormat.TURTLE, prefixes=prefixes)
        assert content is not None  # it is None only where a file was named
        return content


def quarantined(findings: Iterable[Finding]) -> dict[str, str]:
    """Return the claims that break a shape, each with what there is to do about it.

    Args:
        findings: Of any shapes; warnings, and nodes that are not claims, are passed over.

    Returns:
        From the IRI of a claim to its messages, sorted and joined by "; ".

    Example:
        >>> broken = Finding("Violation", "claim-source", CLAIM_NS + "0", "", None, None, None, "Name the source.")
        >>> quarantined([broken])
        {'https://w3id.org/irkg/claim/0': 'claim-source: Name the source.'}
    """
    messages: dict[str, set[str]] = defaultdict(set)
    for finding in findings:
        if finding.severity == "Violation" and finding.focus.startswith(CLAIM_NS):
            messages[finding.focus].add(f"{finding.check}: {finding.message}")
    return {iri: "; ".join(sorted(said)) for iri, said in sorted(messages.items())}


def at_least(findings: Iterable[Finding], severity: str) -> list[Finding]:
    """Return the findings of a severity or worse, in their order.

    Args:
        findings: Of any shapes.
        severity: One of `SEVERITIES`.

    Example:
        >>> at_least([Finding("Warning", "claim-label", "urn:x", "", None, None, None, "Give it one.")], "Violation")
        []
    """
    wanted = SEVERITIES[: SEVERITIES.index(severity) + 1]
    return [f for f in findings if f.severity in wanted or severity == SEVERITIES[-1]]


def validation(
    results: Iterable[Result], data: Sequence[ox.Triple], shapes: Shapes, engines: Mapping[str, tuple[str, ...]]
) -> Validation:
    """Put results in order and into words.

    Args:
        results: Of one or more engines, in any order.
        data: The graph that was checked, for labels and sentences.
        shapes: The shapes, for their names.
        engines: Which engine ran which shapes.
    """
    found = list(results)
    words = _Words(found, data)
    pairs = sorted(((words.finding(r, shapes), r) for r in found), key=lambda pair: _order(pair[0]))
    return Validation(tuple(dict.fromkeys(f for f, _ in pairs)), tuple(r for _, r in pairs), shapes, engines)


def _order(finding: Finding) -> tuple[int | str, ...]:
    f = finding
    rank = SEVERITIES.index(f.severity) if f.severity in SEVERITIES else len(SEVERITIES)
    return (rank, f.check, f.focus, f.path or "", f.value or "", f.component or "", f.message)


class _Words:
    """Labels and sentences of the nodes that results are about, gathered in one pass over the data."""

    def __init__(self, results: Sequence[Result], data: Sequence[ox.Triple]) -> None:
        self._said: dict[Term, dict[str, list[Term]]] = {r.focus: {} for r in results}
        self._gather(data, {LABEL, COMMENT, CAVEAT, HAS_EVIDENCE, OA + "hasSelector", SUBJECT, PREDICATE, OBJECT})
        for word in (HAS_EVIDENCE, OA + "hasSelector", SUBJECT):
            linked = [o for node in list(self._said) for w in (word, *_ENDS.get(word, ())) for o in self._of(node, w)]
            new: dict[Term, dict[str, list[Term]]] = {node: {} for node in linked if node not in self._said}
            if new:
                self._said |= new
                self._gather(data, {LABEL, OA + "hasSelector", OA + "exact"}, set(new))

    def _gather(self, data: Sequence[ox.Triple], words: set[str], only: set[Term] | None = None) -> None:
        if not self._said:
            return
        for t in data:
            if t.subject in self._said and t.predicate.value in words and (only is None or t.subject in only):
                self._said[t.subject].setdefault(t.predicate.value, []).append(t.object)

    def _of(self, node: Term, word: str) -> list[Term]:
        return sorted(self._said.get(node, {}).get(word, ()), key=str)

    def _label(self, node: Term) -> str:
        own = [o.value for o in self._of(node, LABEL) if isinstance(o, ox.Literal)]
        if own:
            return min(own)
        ends = [self._of(node, word) for word in (SUBJECT, PREDICATE, OBJECT)]
        if not all(ends):
            return ""
        return " ".join(self._label(e[0]) or _local(str(getattr(e[0], "value", ""))) for e in ends)

    def _sentence(self, node: Term) -> str:
        """Return the quoted sentence that a claim rests on, or else what a curator says that it says."""
        for place in (node, *self._of(node, HAS_EVIDENCE)):
            for selector in self._of(place, OA + "hasSelector"):
                for exact in self._of(selector, OA + "exact"):
                    return " ".join(str(getattr(exact, "value", "")).split())
        said = self._of(node, COMMENT) if self._of(node, HAS_EVIDENCE) else []
        return str(getattr(said[0], "value", "")) if said else ""

    def finding(self, result: Result, shapes: Shapes) -> Finding:
        return Finding(
            severity=_local(result.severity),
            check=shapes.name(result.shape),
            focus=shown(result.focus),
            label=self._label(result.focus),
            path=result.path,
            value=None if result.value is None else shown(result.value),
            component=result.component,
            message=" ".join(sorted(result.messages)),
            sentence=self._sentence(result.focus),
        )


_ENDS = {SUBJECT: (PREDICATE, OBJECT)}


def shown(term: Term) -> str:
    """Return a term as findings show it; the label of a blank node differs from run to run and is left out."""
    if isinstance(term, ox.BlankNode):
        return "[]"
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)


def _local(iri: str) -> str:
    return iri.replace("#", "/").rsplit("/", 1)[-1]


def _report(validation: Validation) -> Iterator[ox.Triple]:
    root = ox.BlankNode("report")

    def triple(subject: Node, word: str, target: Term) -> ox.Triple:
        return ox.Triple(subject, ox.NamedNode(SH + word), target)

    def typed(subject: Node, word: str) -> ox.Triple:
        return ox.Triple(subject, ox.NamedNode(RDF_TYPE), ox.NamedNode(SH + word))

    yield typed(root, "ValidationReport")
    yield triple(root, "conforms", ox.Literal(validation.conforms))
    for at, result in enumerate(validation.results):
        node = ox.BlankNode(f"result{at}")
        yield triple(root, "result", node)
        yield typed(node, "ValidationResult")
        yield triple(node, "focusNode", result.focus)
        yield from (triple(node, "resultPath", p) for p in _path_node(result, validation.shapes))
        if result.value is not None:
            yield triple(node, "value", result.value)
        yield triple(node, "resultSeverity", ox.NamedNode(result.severity))
        yield triple(node, "sourceConstraintComponent", ox.NamedNode(result.component))
        yield triple(node, "sourceShape", as_written(result.shape))
        yield from (triple(node, "resultMessage", ox.Literal(m)) for m in result.messages)
    yield from _path_triples(validation)


def _path_node(result: Result, shapes: Shapes) -> list[Term]:
    if result.path is not None:
        return [ox.NamedNode(result.path)]
    return shapes.values(result.shape, "path")[:1]


def _path_triples(validation: Validation) -> Iterator[ox.Triple]:
    """Yield what the longer paths of results consist of, each once."""
    pending = [p for r in validation.results for p in _path_node(r, validation.shapes) if isinstance(p, ox.BlankNode)]
    seen: set[Term] = set()
    while pending:
        node = pending.pop()
        if node in seen:
            continue
        seen.add(node)
        for t in validation.shapes.about.get(node, ()):
            yield t
            if isinstance(t.object, ox.BlankNode):
                pending.append(t.object)
