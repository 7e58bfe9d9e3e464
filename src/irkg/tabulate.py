"""Findings, reasoning and the catalogue of queries, as tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from irkg.audit import Audit
from irkg.contradictions import Contradiction
from irkg.model import Answer, Finding, Level, QuerySpec
from irkg.vocab import contract


def severities(found: Iterable[Finding]) -> str:
    """Return how many violations, warnings and remarks shapes found, in one line.

    Example:
        >>> severities([Finding("Info", "strategy-target", "urn:x", "", None, None, None, "Say what it acts on.")])
        '0 violations, 0 warnings, 1 remark'
    """
    counts = Counter(f.severity for f in found)
    words = [("violation", counts["Violation"]), ("warning", counts["Warning"])]
    words.append(("remark", counts.total() - sum(n for _, n in words)))
    return ", ".join(f"{n} {word}{'' if n == 1 else 's'}" for word, n in words)


def report(found: Iterable[Finding]) -> Answer:
    """Return what the checks of an ontology found, in its order."""
    columns = ("level", "check", "entity", "label", "property", "value", "solution", "excuse")
    return Answer(columns, tuple((*_cells(f), f.excuse) for f in found))


def _cells(f: Finding) -> tuple[str, ...]:
    named = (contract(iri or "") for iri in (f.path, f.value))
    return (f.severity, f.check, contract(f.focus), f.label, *named, f.message)


def report_by_check(found: Iterable[Finding], checks: Mapping[str, QuerySpec]) -> list[Answer]:
    """Return what the checks of an ontology found, one answer for each check and level, to be read by people.

    Args:
        found: The findings, in their order.
        checks: The checks by name.

    Returns:
        Answers whose notes say what the check is, what is wrong and what to do about it.
    """
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in found:
        groups.setdefault((finding.severity, finding.check), []).append(finding)
    return [_group(level, check, members, checks[check]) for (level, check), members in groups.items()]


def _group(level: str, check: str, members: Sequence[Finding], spec: QuerySpec) -> Answer:
    assert spec.check is not None
    rows = tuple(
        (f.label or contract(f.focus), contract(f.focus), contract(f.path or ""), contract(f.value or ""), f.excuse)
        for f in members
    )
    notes = (
        f"{level}: {check} ({len(rows)})",
        f"  problem: {spec.check.problem}",
        f"  solution: {spec.check.solution}",
    )
    return Answer(("label", "entity", "property", "value", "excuse"), rows, notes)


def report_summary(found: Sequence[Finding], count: int) -> str:
    """Return how many errors, warnings and remarks there are, in one line.

    Args:
        found: The findings of all levels.
        count: How many checks were run.

    Example:
        >>> report_summary([], 1)
        '1 check: 0 errors, 0 warnings, 0 remarks'
    """
    levels = Counter(f.severity for f in found)
    excused = sum(bool(f.excuse) for f in found)
    words = [
        f"{levels[level]} {name}" + ("" if levels[level] == 1 else "s")
        for level, name in ((Level.ERROR, "error"), (Level.WARN, "warning"), (Level.INFO, "remark"))
    ]
    more = f" ({excused} of them excused warnings)" if excused else ""
    return f"{count} check{'' if count == 1 else 's'}: {', '.join(words)}{more}"


def audit(found: Audit) -> Answer:
    """Return what a reasoner found: faults with their reasons, contradictions, what is said twice, what is entailed."""
    result = found.reasoning
    rows = [
        *(
            ("unsatisfiable class" if j.about else "inconsistent", contract(j.about), "", "", "; ".join(j.axioms))
            for j in found.justifications
        ),
        *(("contradiction", c.first.words, c.sort, c.second.words, _both(c)) for c in found.contradictions),
        *(
            (
                "redundant type" if r.typed else "redundant subclass",
                contract(r.subject),
                "rdf:type" if r.typed else "rdfs:subClassOf",
                contract(r.superclass),
                f"follows through {contract(r.through)}",
            )
            for r in found.redundant
        ),
        *(("subclass", contract(a), "rdfs:subClassOf", contract(b), "") for a, b in result.subclasses),
        *(("type", contract(a), "rdf:type", contract(b), "") for a, b in result.types),
        *(("edge", contract(e.subject), contract(e.predicate), contract(e.object), "") for e in result.edges),
    ]
    return Answer(("sort", "subject", "relation", "object", "because"), tuple(rows))


def _both(found: Contradiction) -> str:
    """Return where both claims stand, side by side, each with its sentence where there is one."""
    return " / ".join(
        f"{said.evidence} ({said.strength})" + (f' "{" ".join(said.sentence.split())}"' if said.sentence else "")
        for said in (found.first, found.second)
    )


def queries(catalogue: Mapping[str, QuerySpec]) -> Answer:
    """Return the canned queries by name, with their parameters; one in brackets can be left out.

    Args:
        catalogue: The queries, by name.
    """
    rows = [
        (
            spec.name,
            " ".join(f"--{p.name}" if p.required else f"[--{p.name}]" for p in spec.params),
            spec.summary,
            ", ".join(spec.tags),
        )
        for _, spec in sorted(catalogue.items())
    ]
    return Answer(("name", "parameters", "answers", "tags"), tuple(rows))
