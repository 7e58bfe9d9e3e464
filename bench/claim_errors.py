"""The commonest errors of the extractor, by kind, against claims annotated by hand.

    python -m bench.claim_errors GOLD SCORER [--list]

GOLD is the folder with the annotations (`eran-2023/claims.tsv`, `passages/*.claims.tsv` beside their texts), SCORER the
script whose rules of agreement count (`score_claims.py`), and IRKG_ARTICLE names the article. Kinds of error:

    missed           a claim that both annotators hold, and no prediction has its two arguments
    wrong relation   the two arguments are right, the relation is not
    wrong argument   one argument and the relation are right, the other argument is not
    spurious         no annotator has anything like it in that sentence
    certainty        all is right but negation, or certain for uncertain
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from irkg.fill import as_bytes, fill

KINDS = ("missed", "wrong relation", "wrong argument", "spurious", "certainty")
_Claim = dict[str, Any]


def _loaded(script: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_claims", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def errors(predicted: list[_Claim], gold: list[_Claim], scorer: ModuleType) -> Iterator[tuple[str, str, str]]:
    """Yield the kind of each error, the relation that it is about, and the claim."""
    _, pairs, found = scorer.match(predicted, gold, "pair")
    _, typed, _ = scorer.match(predicted, gold, "typed")
    _, full, _ = scorer.match(predicted, gold, "full")
    for number, claim in enumerate(predicted):
        relation = claim["show"].split(" | ")[1]
        if number in typed and number not in full:
            yield "certainty", relation, claim["show"]
        elif number in pairs and number not in typed:
            yield "wrong relation", relation, claim["show"]
        elif number not in pairs:
            near = any(_half(claim, other, scorer) for other in gold)
            yield "wrong argument" if near else "spurious", relation, claim["show"]
    core = [number for number, claim in enumerate(gold) if claim["core"] and number not in found]
    for number in core:
        yield "missed", gold[number]["relation"], gold[number]["show"]


def _half(claim: _Claim, other: _Claim, scorer: ModuleType) -> bool:
    """Return whether two claims of a sentence share the relation and one argument."""
    if not scorer.overlap(claim["sentence"], other["sentence"]) or claim["relation"] != other["relation"]:
        return False
    sides = (("subject", 0), ("object", 1))
    return any(scorer.same_place(claim[s], other[s]) or claim["names"][i] & other["names"][i] for s, i in sides)


def _texts(gold: Path) -> Iterator[tuple[Path, Path, bool]]:
    """Yield each text with its annotations, and whether kinds without a term are annotated too."""
    if os.environ.get("IRKG_ARTICLE"):
        yield Path(os.environ["IRKG_ARTICLE"]), gold / "eran-2023" / "claims.tsv", False
    for text in sorted((gold / "passages").glob("*.txt")):
        yield text, text.with_name(text.stem + ".claims.tsv"), True


def main() -> None:
    """Print how many errors there are of each kind in each text, and the relations they are commonest with."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("gold", type=Path)
    options.add_argument("scorer", type=Path)
    options.add_argument("--list", action="store_true", help="Print each error as well")
    given = options.parse_args()
    scorer = _loaded(given.scorer)
    total: Counter[str] = Counter()
    relations: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    print("text", "claims", *KINDS, sep="\t")
    for text, by_hand, mint in _texts(given.gold):
        with tempfile.NamedTemporaryFile(suffix=".tsv") as table:
            table.write(as_bytes(fill(text, mint=mint), "tsv", quotes=True))
            table.flush()
            predicted = list(scorer.predicted_claims(table.name))
        found = list(errors(predicted, list(scorer.gold_claims(by_hand)), scorer))
        counts = Counter(kind for kind, _, _ in found)
        print(text.stem[:30], len(predicted), *(counts[k] for k in KINDS), sep="\t")
        total += counts
        for kind, relation, claim in found:
            relations[kind][relation] += 1
            if given.list:
                print(f"  {kind}\t{claim}")
    print("all", "", *(total[k] for k in KINDS), sep="\t")
    for kind in KINDS:
        print(f"{kind}: " + ", ".join(f"{r} {n}" for r, n in relations[kind].most_common(5)))


if __name__ == "__main__":
    main()
