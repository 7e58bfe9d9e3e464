"""What a cold start costs: `python -m bench.cold [--rounds N]`.

A canned query on the shipped graph, each time in a new process, beside the barest script of click and pyoxigraph that
loads the same file and runs the same SPARQL as `--dry-run` prints it; and `irkg --help` beside `import click`. CPU time
of user and system, the median of the runs, which take turns. Compiled modules are
kept, as an installed package has them.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.rows import Row
from irkg.resources import graph_file
from irkg.store import open_dataset

QUERY = ("query", "strategies-countering", "--mechanism", "Treg recruitment")
IRKG = (sys.executable, "-c", "from irkg.cli import main; main()")
_QUERY_SAID = "a value is looked up, the query bound, and its rows shaped; limits are set up for files of others"
_HELP_SAID = "all commands are declared"
BAREST = """
import click
import pyoxigraph as ox

@click.command()
@click.argument("graph")
@click.argument("query")
def run(graph, query):
    store = ox.Store()
    store.load(path=graph, format=ox.RdfFormat.TRIG)
    shown = ("ontology", "claims/", "edges", "entailed")
    graphs = [g for g in store.named_graphs() if g.value.split("/graph/")[-1].startswith(shown)]
    found = store.query(open(query).read(), default_graph=graphs, named_graphs=list(store.named_graphs()))
    click.echo("\\t".join(v.value for v in found.variables))
    for row in sorted("\\t".join("" if t is None else t.value for t in solution) for solution in found):
        click.echo(row)

run()
"""


def cpu(command: tuple[str, ...], env: dict[str, str]) -> float:
    """Run a command, and return the seconds of CPU that it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=env, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compared(mine: tuple[str, ...], peer: tuple[str, ...], env: dict[str, str], runs: int) -> tuple[float, float]:
    """Return the median CPU of two commands that take turns, the first turn not counted."""
    pairs = [(cpu(mine, env), cpu(peer, env)) for _ in range(runs + 1)][1:]
    return median(m for m, _ in pairs), median(p for _, p in pairs)


def measured(room: Path, sizes: tuple[int, ...], rounds: int) -> Iterator[Row]:
    """The first answer of a fresh process on the shipped graph, start of Python and loading of the file included.

    The peer is the barest script of click and pyoxigraph that loads the same file and runs the same SPARQL.
    """
    del sizes
    size = len(open_dataset(graph_file()))
    env = {k: x for k, x in os.environ.items() if k not in ("PYTHONDONTWRITEBYTECODE", "IRKG_KG")}
    env["PYTHONPYCACHEPREFIX"] = str(room / "compiled")
    query, script = room / "bound.rq", room / "barest.py"
    script.write_text(BAREST)
    query.write_bytes(subprocess.run([*IRKG, *QUERY, "--dry-run"], env=env, check=True, capture_output=True).stdout)
    barest = (sys.executable, str(script), str(graph_file()), str(query))
    for work, mine, peer, tool, said in (
        ("irkg query", (*IRKG, *QUERY), barest, "barest script", _QUERY_SAID),
        ("irkg --help", (*IRKG, "--help"), (sys.executable, "-c", "import click"), "import click", _HELP_SAID),
    ):
        ours, theirs = compared(mine, peer, env, 3 * rounds)  # each is short, and starts vary
        yield Row("cold", work, size, "triples", {"irkg": ours, tool: theirs}, said=said)


def main() -> None:
    """Print a line for each comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="of three runs each")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as room:
        for row in measured(Path(room), (), rounds):
            ours, theirs = row.seconds["irkg"], row.seconds[row.peer]
            print(f"{row.work} / {row.peer}: {ours * 1000:.0f} / {theirs * 1000:.0f} ms of CPU, {ours / theirs:.2f}")


if __name__ == "__main__":
    main()
