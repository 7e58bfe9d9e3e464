"""The canned queries and the quality checks that ship with irkg, by name."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache

from irkg import resources
from irkg.errors import UnknownName
from irkg.model import QuerySpec
from irkg.query import CHECK_PREFIX, RULE_PREFIX, load_catalogue, read_query

_NAME = re.compile(r"[a-z0-9-]+")


@cache
def catalogue() -> Mapping[str, QuerySpec]:
    """Return the canned queries that answer or propose something, by name."""
    found = load_catalogue(resources.queries_dir())
    return {name: spec for name, spec in found.items() if spec.check is None}


@cache
def checks() -> Mapping[str, QuerySpec]:
    """Return the quality checks of an ontology, by name without prefix."""
    found = load_catalogue(resources.queries_dir())
    return {spec.short_name: spec for spec in found.values() if spec.check is not None}


def candidate_rules(named: Collection[str] = ()) -> Mapping[str, QuerySpec]:
    """Return the rules that propose candidates, by name without prefix.

    Args:
        named: Names that must be among them.

    Raises:
        UnknownName: One of those names is no rule's.
    """
    found = load_catalogue(resources.queries_dir())
    rules = {spec.short_name: spec for name, spec in found.items() if name.startswith(RULE_PREFIX)}
    for name in named:
        if name not in rules:
            raise UnknownName("rule", name, near=_near(name, rules), remedy="list them with: irkg queries --tag rule")
    return rules


def find_checks(names: Sequence[str]) -> list[QuerySpec]:
    """Return quality checks by their names, all of them where none is given.

    Args:
        names: Names as in `checks()`; ROBOT's way to write them, with underscores, is understood.

    Raises:
        UnknownName: There is none of that name.
    """
    chosen = [name.replace("_", "-") for name in names]
    for name in chosen:
        if name not in checks():
            raise UnknownName("check", name, near=_near(name, checks()), remedy="docs/report.md lists them")
    return [spec for name, spec in checks().items() if not chosen or name in chosen]


@cache
def find_query(name: str) -> QuerySpec:
    """Return a canned query by its name.

    Raises:
        UnknownName: There is none of that name.
    """
    path = resources.queries_dir() / f"{name}.rq"
    if _NAME.fullmatch(name) and not name.startswith(CHECK_PREFIX) and path.is_file():
        return read_query(path)  # one file, where the catalogue would be over a hundred
    raise UnknownName("query", name, near=_near(name, catalogue()), remedy="list them with: irkg queries")


def _near(name: str, known: Collection[str]) -> list[str]:
    import difflib

    return difflib.get_close_matches(name, known, n=3, cutoff=0.5)
