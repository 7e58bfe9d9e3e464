"""What an answer without stated rows says about itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from irkg.model import Answer, QuerySpec, Support


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
