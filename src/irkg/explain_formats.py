"""How explanations are written: as text, as JSON, as a graph for Graphviz."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict

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
    for ground in _grounds(explanation.proofs):
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
    if not explanation.holds:
        lines = [f"{explanation.words}: does not hold", *(f"- {d}" for d in explanation.doubts)]
        lines += [f"nearest: {n}" for n in explanation.nearest]
        return "\n".join(lines) + "\n"
    return "\n".join(line for proof in explanation.proofs for line in _tree(proof, said)) + "\n"


def _tree(proof: Proof, said: Sentences) -> Iterator[str]:
    yield f"{proof.words}: " + ("stated" if proof.grounds else f"entailed, {proof.rule} ({proof.axiom})")
    branches = [list(_leaf(g, said)) for g in proof.grounds] + [list(_tree(p, said)) for p in proof.premises]
    for at, branch in enumerate(branches):
        first, rest = ("└─ ", "   ") if at == len(branches) - 1 else ("├─ ", "│  ")
        yield first + branch[0]
        yield from (rest + line for line in branch[1:])


def _leaf(ground: Ground, said: Sentences) -> Iterator[str]:
    cites = f", cites {'; '.join(ground.cites)}" if ground.cites else ""
    yield f"{ground.evidence} ({ground.strength}, {ground.review}{cites})"
    if ground.evidence in said:
        yield f'"{said[ground.evidence]}"'


def as_json(explanation: Explanation, said: Sentences) -> str:
    """Write an explanation as a JSON object; `sentences` has those of the texts that were given."""
    record = {"holds": explanation.holds, **asdict(explanation), "sentences": dict(sorted(said.items()))}
    return json.dumps(record, ensure_ascii=False, indent=2) + "\n"


def as_dot(explanation: Explanation, said: Sentences) -> str:
    """Write an explanation as a directed graph in Graphviz's language, from the edge down to its claims."""
    nodes: dict[str, str] = {}
    arrows: dict[str, None] = {}
    for proof in explanation.proofs:
        _draw(proof, said, nodes, arrows)
    lines = [f"  {_quoted(key)} [label={_quoted(label)}];" for key, label in nodes.items()]
    return "digraph explanation {\n  node [shape=box];\n" + "\n".join([*lines, *arrows]) + "\n}\n"


def _draw(proof: Proof, said: Sentences, nodes: dict[str, str], arrows: dict[str, None]) -> None:
    nodes[proof.words] = proof.words
    for ground in proof.grounds:
        nodes[ground.claim] = "\n".join(_leaf(ground, said))
        arrows[f"  {_quoted(proof.words)} -> {_quoted(ground.claim)} [label=stated];"] = None
    for premise in proof.premises:
        _draw(premise, said, nodes, arrows)
        arrows[f"  {_quoted(proof.words)} -> {_quoted(premise.words)} [label={_quoted(proof.rule)}];"] = None


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


EXPLANATION_FORMATS: dict[str, Callable[[Explanation, Sentences], str]] = {
    "text": as_text,
    "json": as_json,
    "dot": as_dot,
}
