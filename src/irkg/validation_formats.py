"""How validations are written: for people by shape, for programs as tables, JUnit XML, SARIF and the SHACL report."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from irkg import __version__, results
from irkg.model import Answer, Finding
from irkg.validate import SEVERITIES, Validation
from irkg.vocab import contract

_LEVELS = {"Violation": "error", "Warning": "warning"}  # SARIF 2.1.0, 3.27.10
_SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


@dataclass(frozen=True, slots=True)
class Shown:
    """A validation with those of its findings that are to be shown.

    Attributes:
        validation: The whole.
        findings: In their order.
        files: The files that were checked, as they were named; empty for a knowledge graph.
    """

    validation: Validation
    findings: Sequence[Finding]
    files: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ValidationFormat:
    """A way to write a validation.

    Attributes:
        name: What `--format` calls it.
        suffix: The suffix of a file that it is guessed from.
        about: What it is, in a few words.
        write: From a validation to text that ends with a line break.
    """

    name: str
    suffix: str
    about: str
    write: Callable[[Shown], str]


def table(found: Sequence[Finding]) -> Answer:
    """Return findings as rows, in their order."""
    columns = ("severity", "check", "focus", "label", "path", "value", "component", "message", "sentence")
    rows = (
        (
            f.severity,
            f.check,
            contract(f.focus),
            f.label,
            contract(f.path or ""),
            contract(f.value or ""),
            contract(f.component or ""),
            f.message,
            f.sentence,
        )
        for f in found
    )
    return Answer(columns, tuple(rows))


def by_shape(found: Sequence[Finding]) -> list[Answer]:
    """Return findings to be read by people, one answer for each severity and shape.

    Returns:
        Answers whose notes name the shape and say what to do where it is the same for all.
    """
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in found:
        groups.setdefault((finding.severity, finding.check), []).append(finding)
    return [_group(*key, members) for key, members in groups.items()]


def _group(severity: str, check: str, members: Sequence[Finding]) -> Answer:
    messages = list(dict.fromkeys(f.message for f in members))
    same = [f"  {messages[0]}"] if len(messages) == 1 else []
    columns = ("label", "focus", "path", "value", *([] if same else ["message"]), "sentence")
    rows = tuple(
        (
            f.label or contract(f.focus),
            contract(f.focus),
            contract(f.path or ""),
            contract(f.value or ""),
            *([] if same else [f.message]),
            f.sentence,
        )
        for f in members
    )
    return Answer(columns, rows, (f"{severity}: {check} ({len(members)})", *same))


def _by_results(name: str) -> Callable[[Shown], str]:
    return lambda shown: results.render(table(shown.findings), name)


def _junit(shown: Shown) -> str:
    """Write one suite for each shape; only a violation fails, a warning or remark is told beside the test."""
    found: dict[str, list[Finding]] = {name: [] for name in shown.validation.shapes.named()}
    for finding in shown.findings:
        found.setdefault(finding.check, []).append(finding)
    root = ElementTree.Element("testsuites", name="irkg validate")
    for name, members in found.items():
        failed = sum(f.severity == SEVERITIES[0] for f in members)
        suite = ElementTree.SubElement(
            root, "testsuite", name=name, tests=str(len(members) or 1), failures=str(failed), errors="0"
        )
        if not members:
            ElementTree.SubElement(suite, "testcase", classname=name, name="conforms")
        for finding in members:
            _case(suite, finding)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _case(suite: ElementTree.Element, finding: Finding) -> None:
    focus = _printable(f"{finding.label} ({contract(finding.focus)})" if finding.label else contract(finding.focus))
    case = ElementTree.SubElement(suite, "testcase", classname=finding.check, name=focus)
    parts = {"path": contract(finding.path or ""), "value": contract(finding.value or ""), "sentence": finding.sentence}
    text = _printable("\n".join(f"{name}: {said}" for name, said in parts.items() if said))
    if finding.severity == SEVERITIES[0]:
        component = contract(finding.component or "")
        failure = ElementTree.SubElement(case, "failure", message=_printable(finding.message), type=component)
        failure.text = text
    else:
        told = ElementTree.SubElement(case, "system-out")
        told.text = f"{finding.severity}: {_printable(finding.message)}" + (f"\n{text}" if text else "")


def _printable(text: str) -> str:
    """Leave out what XML 1.0, 2.2 cannot hold."""
    return "".join(c for c in text if c in "\t\n" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff")


def _sarif(shown: Shown) -> str:
    shapes = shown.validation.shapes
    named = shapes.named()
    names = sorted({*named, *(f.check for f in shown.findings)})
    rules = [_sarif_rule(name, shapes.message(named[name]) if name in named else "") for name in names]
    driver = {"name": "irkg validate", "version": __version__, "rules": rules}
    run = {"tool": {"driver": driver}, "results": [_sarif_result(f, names, shown.files) for f in shown.findings]}
    log = {"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _sarif_rule(name: str, message: str) -> dict[str, object]:
    return {"id": name, **({"shortDescription": {"text": message}} if message else {})}


def _sarif_result(finding: Finding, names: Sequence[str], files: Sequence[str]) -> dict[str, object]:
    """Return one result; the file is named where there was just one, for a graph has no lines."""
    logical = {"fullyQualifiedName": finding.focus, **({"name": finding.label} if finding.label else {})}
    location: dict[str, object] = {"logicalLocations": [logical]}
    if len(files) == 1:
        location["physicalLocation"] = {"artifactLocation": {"uri": files[0]}}
    about = {"path": finding.path, "value": finding.value, "component": finding.component, "sentence": finding.sentence}
    return {
        "ruleId": finding.check,
        "ruleIndex": names.index(finding.check),
        "level": _LEVELS.get(finding.severity, "note"),
        "message": {"text": finding.message or finding.check},
        "locations": [location],
        "properties": {name: said for name, said in about.items() if said},
    }


def _turtle(shown: Shown) -> str:
    return shown.validation.report().decode()


VALIDATION_FORMATS: Mapping[str, ValidationFormat] = {
    f.name: f
    for f in (
        *(
            ValidationFormat(known.name, known.suffix, known.about, _by_results(known.name))
            for known in results.RESULT_FORMATS.values()
            if known.name in ("tsv", "csv", "json", "markdown")
        ),
        ValidationFormat("junit", ".xml", "JUnit XML, a suite for each shape", _junit),
        ValidationFormat("sarif", ".sarif", "SARIF 2.1.0", _sarif),
        ValidationFormat("turtle", ".ttl", "the whole SHACL validation report", _turtle),
    )
}
