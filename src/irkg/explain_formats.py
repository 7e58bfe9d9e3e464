"""How explanations are written: as text, as JSON, as a graph for Graphviz."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from irkg.class_proofs import OWL_DL
from irkg.errors import IrkgError, MissingExtra
from irkg.explain import Explanation, Ground, Proof
from irkg.text import quoted

Sentences = Mapping[str, str]
"""From the evidence of a claim (`source:start-end`) to its sentence."""


def sentences(explanation: Explanation, source_id: str, text: str) -> dict[str, str]:
    """Cut the sentences that an explanation rests on out of the text of a source.

    Args:
        explanation: The explanation.
        source_id: The id of the source.
        text: Its text.

    Returns:
        From the evidence (`source:start-end`; characters, 0-based, half open) to the sentence.

    Raises:
        SourceError: The text is not the one that the claims were taken from.
    """
    found: dict[str, str] = {}
    for ground in _grounds((*explanation.proofs, *explanation.proposals)):
        source, _, span = ground.evidence.rpartition(":")
        if source != source_id or not ground.digest:
            continue
        found[ground.evidence] = quoted(text, source_id, span, ground.digest)
    return found


def _grounds(proofs: tuple[Proof, ...]) -> Iterator[Ground]:
    for proof in proofs:
        yield from proof.grounds
        yield from _grounds(proof.premises)


def as_text(explanation: Explanation, said: Sentences) -> str:
    """Write an explanation as an indented tree."""
    if explanation.holds:
        return "\n".join(line for proof in explanation.proofs for line in _tree(proof, said)) + "\n"
    reasons = {p.reason for p in explanation.proposals}
    doubts = [d for d in explanation.doubts if not any(reason in d for reason in reasons)]
    lines = [f"{explanation.words}: does not hold", *(f"- {d}" for d in doubts)]
    for proposal in explanation.proposals:
        lines += [f"- A rule proposes it, and no source states it: {proposal.reason}.", *_below(proposal, said)]
    lines += [f"nearest: {n}" for n in explanation.nearest]
    return "\n".join(lines) + "\n"


def _tree(proof: Proof, said: Sentences) -> Iterator[str]:
    yield f"{proof.words}: {_how(proof)}"
    yield from _below(proof, said)


def _how(proof: Proof) -> str:
    if proof.grounds:
        return proof.rule
    return f"entailed, {proof.rule}" + (f" ({proof.axioms[0]})" if _is_one_step(proof) else "")


def _is_one_step(proof: Proof) -> bool:
    """Whether the rule applies a single axiom, which reads best beside it."""
    return proof.rule != OWL_DL and len(proof.axioms) == 1


def _below(proof: Proof, said: Sentences) -> Iterator[str]:
    branches = [list(_leaf(g, said)) for g in proof.grounds] + [list(_tree(p, said)) for p in proof.premises]
    branches += [[f"axiom: {axiom}"] for axiom in proof.axioms if not _is_one_step(proof)]
    branches += [[f"rule: {proof.rule}"]] if proof.reason else []
    for at, branch in enumerate(branches):
        first, rest = ("└─ ", "   ") if at == len(branches) - 1 else ("├─ ", "│  ")
        yield first + branch[0]
        yield from (rest + line for line in branch[1:])


def _leaf(ground: Ground, said: Sentences) -> Iterator[str]:
    cue = f' by "{ground.cue}"' if ground.cue else ""
    caveat = f", caveat: {ground.caveat}" if ground.caveat else ""
    cites = f", cites {'; '.join(ground.cites)}" if ground.cites else ""
    yield f"{ground.evidence} ({ground.strength}{cue}, {ground.review}{caveat}{cites})"
    if ground.evidence in said:
        yield f'"{said[ground.evidence]}"'


def as_json(explanation: Explanation, said: Sentences) -> str:
    """Write an explanation as a JSON object; `sentences` has those of the texts that were given."""
    record = {"holds": explanation.holds, **asdict(explanation), "sentences": dict(sorted(said.items()))}
    return json.dumps(record, ensure_ascii=False, indent=2) + "\n"


def as_dot(explanation: Explanation, said: Sentences) -> str:
    """Write an explanation as a directed graph in Graphviz's language, from the edge down to its claims.

    What only a rule proposes is dashed; axioms are notes.
    """
    drawing = _Drawing(said)
    for proof in explanation.proofs:
        drawing.add(proof)
    drawing.node(explanation.words, explanation.words if explanation.holds else f"{explanation.words}:\ndoes not hold")
    for proposal in explanation.proposals:
        drawing.add(proposal, style="dashed")
    return "digraph explanation {\n  node [shape=box];\n" + "\n".join([*drawing.nodes, *drawing.arrows]) + "\n}\n"


class _Drawing:
    def __init__(self, said: Sentences) -> None:
        self._said = said
        self.nodes: dict[str, None] = {}
        self.arrows: dict[str, None] = {}
        self._known: set[str] = set()

    def node(self, key: str, label: str, shape: str = "") -> None:
        if key not in self._known:
            self._known.add(key)
            self.nodes[f"  {_quoted(key)} [label={_quoted(label)}{f', shape={shape}' if shape else ''}];"] = None

    def _arrow(self, start: str, end: str, label: str, style: str) -> None:
        drawn = f", style={style}" if style else ""
        self.arrows[f"  {_quoted(start)} -> {_quoted(end)} [label={_quoted(label)}{drawn}];"] = None

    def add(self, proof: Proof, style: str = "") -> None:
        if not style:
            self.node(proof.words, proof.words)
        for ground in proof.grounds:
            self.node(ground.claim, "\n".join(_leaf(ground, self._said)))
            self._arrow(proof.words, ground.claim, proof.rule, "")
        for premise in proof.premises:
            self.node(premise.words, premise.words)
            self.add(premise)
            self._arrow(proof.words, premise.words, proof.rule, style)
        for axiom in proof.axioms if not proof.premises or not _is_one_step(proof) else ():
            self.node(axiom, axiom, "note")
            self._arrow(proof.words, axiom, proof.rule, style)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def as_svg(explanation: Explanation, said: Sentences) -> str:
    """Write an explanation as a drawing, laid out by Graphviz.

    Raises:
        MissingExtra: Neither Graphviz nor graphviz-pure is installed.
        IrkgError: It does not draw the graph.
    """
    drawn = subprocess.run(
        [_dot(), "-Tsvg"], input=as_dot(explanation, said).encode(), capture_output=True, check=False
    )
    if drawn.returncode:
        said_why = " ".join(drawn.stderr.decode(errors="replace").split())[:200]
        raise IrkgError(f"Graphviz does not draw the explanation: {said_why}", remedy="write it with: --format dot")
    return drawn.stdout.decode()


def _dot() -> str:
    """Return the program that lays out graphs: Graphviz's own, or its port that comes as a wheel."""
    beside = str(Path(sys.executable).parent)
    found = shutil.which("dot") or shutil.which("graphviz-pure") or shutil.which("graphviz-pure", path=beside)
    if found is None:
        raise MissingExtra("drawing an explanation (or Graphviz)", extra="draw")
    return found


EXPLANATION_FORMATS: dict[str, Callable[[Explanation, Sentences], str]] = {
    "text": as_text,
    "json": as_json,
    "dot": as_dot,
    "svg": as_svg,
}
