"""What is thrown at irkg, and what came of it: the table of docs/reliability.md.

`python tests/reliability.py` runs every case and writes the table anew; `tests/test_reliability.py` holds each row
true.
"""

from __future__ import annotations

import contextlib
import http.server
import io
import os
import re
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from irkg.cli import main

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reliability.md"
SECRET = "the secret of another file"
_ELSEWHERE = re.compile(r"127\.0\.0\.1:\d+")
_SECRET_FILE = re.compile(r"file:[^ >]*/secret\.ttl")
_LONGEST = 150  # characters of a message that the table shows


@dataclass(frozen=True)
class Case:
    """Something hostile or broken.

    Attributes:
        what: What it is, as the table calls it.
        words: The command; `{url}` in it and in the content is an address that counts requests, `{secret}` the URL of
            a file that nobody named.
        files: What lies in the folder that the command runs in, by name.
        section: The heading that it stands under.
    """

    what: str
    words: tuple[str, ...]
    files: dict[str, str | bytes | Callable[[], bytes]]
    section: str


@dataclass(frozen=True)
class Outcome:
    """What came of a case.

    Attributes:
        code: The exit code.
        out: What stood on standard output.
        said: What stood on standard error.
        changed: Files that are new, gone or different.
        asked: What was asked of the address.
    """

    code: int
    out: str
    said: str
    changed: list[str]
    asked: list[str]

    def row(self, case: Case) -> str:
        """Return the row of the table."""
        told = self.said.strip().removeprefix("irkg: ") if self.code else "accepted"
        told = re.sub(r"\s+", " ", _ELSEWHERE.sub("127.0.0.1", told)).replace("|", "\\|")
        told = _SECRET_FILE.sub("file:///…/secret.ttl", told)
        shown = told if len(told) <= _LONGEST else told[: _LONGEST - 1] + "…"
        command = " ".join(w if len(w) < 30 else "…" for w in case.words)
        return f"| {case.what} | `{command}` | {self.code} | {shown} |"


def _nested(inner: str, times: int, left: str = "(", right: str = ")") -> str:
    return left * times + inner + right * times


def _query(what: str, sparql: str, *words: str) -> Case:
    return Case(what, ("query", "--file", "q.rq", *words), {"q.rq": sparql}, "Queries")


_LONG = "SELECT * { ?s " + "/".join(["irkg:recruits"] * 2_000) + " ?o }"
QUERIES = [
    _query("SERVICE", "SELECT * { SERVICE <{url}/sparql> { ?s ?p ?o } }"),
    _query("SERVICE SILENT, in escapes", "SELECT * { \\u0053ERVICE SILENT <{url}/sparql> { ?s ?p ?o } }"),
    _query("SERVICE of a variable", "SELECT * { ?s irkg:recruits ?o SERVICE ?s { ?a ?b ?c } }"),
    _query("LOAD of a URL", "LOAD <{url}/data.ttl>"),
    _query("LOAD of a file behind a prologue", "PREFIX a: <urn:a>\nLOAD <{secret}> INTO GRAPH <urn:g>"),
    _query("INSERT", "INSERT DATA { <urn:a> <urn:b> <urn:c> }"),
    _query("FROM a URL", "SELECT *\nFROM <{url}/data.ttl> { ?s ?p ?o }"),
    _query("FROM a URL by a prefix", "PREFIX e: <{url}/>\nSELECT * FROM NAMED e:x { GRAPH ?g { ?s ?p ?o } }"),
    _query("FROM a file", "SELECT * FROM <{secret}> { ?s ?p ?o }"),
    _query("5,000 nested brackets", "ASK { FILTER(" + _nested("1", 5_000) + ") }"),
    _query("5,000 nested groups", "ASK " + _nested("?s ?p ?o", 5_000, "{", "}")),
    _query("45 nested brackets and the word SERVICE", "ASK { FILTER(" + _nested("1", 45) + ") } # SERVICE"),
    _query("a path of 2,000 steps", _LONG),
    _query("20,000 operators in a row", "ASK { FILTER(1" + "+1" * 20_000 + ") }"),
    _query("a name of 100,000 dotted words without an end", "ASK { " + "a." * 99_000 + " }"),
    _query("a string without an end", "ASK { ?s ?p '''" + "a'" * 50_000),
    _query("a cartesian COUNT", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "--timeout", "0.9"),
    _query("a cartesian result", "SELECT * { ?a ?b ?c . ?d ?e ?f }", "--memory", "100"),
    _query("a repetition of repetitions in a regular expression", r'ASK { FILTER(REGEX("a", "(a{1000}){1000}")) }'),
    _query("a catastrophic regular expression", 'ASK { FILTER(REGEX("' + "a" * 5_000 + '!", "^(a+)+$")) }'),
    _query("a query that is not UTF-8", "ASK { ?s ?p '\udcff' }"),
    _query("an empty query", ""),
    _query("a NUL", "ASK { ?s ?p 'a\0' }"),
    Case("a question of 50,000 words", ("ask", "which strategies counter " + "Tregs and " * 25_000), {}, "Queries"),
    Case("a value that breaks out", ("query", "recruited-by", "--agent", '"} DELETE WHERE { ?s ?p ?o'), {}, "Queries"),
    _query("half a query", "SELECT ?s {\n ?s irkg:recruits"),
]


@contextlib.contextmanager
def listening() -> Iterator[tuple[str, list[str]]]:
    """Give an address on this machine, and the requests that it has had."""
    asked: list[str] = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(SECRET.encode())

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def run(case: Case, folder: Path, url: str, asked: list[str]) -> Outcome:
    """Run the command of a case in a folder of its own."""
    here, place = Path.cwd(), folder / "in"
    place.mkdir()
    secret = folder / "secret.ttl"
    secret.write_text(f'<urn:a> <urn:b> "{SECRET}" .')

    def filled(text: str) -> str:
        return text.replace("{url}", url).replace("{secret}", secret.as_uri())

    for name, given in case.files.items():
        content = given if isinstance(given, str | bytes) else given()
        raw = filled(content).encode(errors="surrogateescape") if isinstance(content, str) else content
        (place / name).write_bytes(raw)
    before = _held(folder)
    already = len(asked)
    out, said = io.TextIOWrapper(io.BytesIO()), io.StringIO()
    code: str | int | None = 0
    os.chdir(place)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(said):
            main([filled(word) for word in case.words])
    except SystemExit as stop:
        code = stop.code
    finally:
        os.chdir(here)
    after = _held(folder)
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    out.flush()
    assert isinstance(out.buffer, io.BytesIO)
    return Outcome(int(code or 0), out.buffer.getvalue().decode(), said.getvalue(), changed, asked[already:])


def _held(folder: Path) -> dict[str, tuple[int, int]]:
    """Return what lies in a folder: size and time of each file."""
    found = (p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): (p.stat().st_size, p.stat().st_mtime_ns) for p in found}


CASES = [*QUERIES]


def rows() -> Iterator[tuple[Case, str]]:
    """Run every case, and yield it with its row."""
    with listening() as (url, asked):
        for case in CASES:
            with tempfile.TemporaryDirectory() as folder:
                yield case, run(case, Path(folder), url, asked).row(case)


def table() -> str:
    """Return the table of all cases, a part for each section."""
    parts: dict[str, list[str]] = {}
    for case, row in rows():
        parts.setdefault(case.section, []).append(row)
    head = "| input | command | exit | outcome |\n| --- | --- | --- | --- |\n"
    return "\n".join(f"### {section}\n\n{head}" + "\n".join(lines) + "\n" for section, lines in parts.items())


START, END = "<!-- table: python tests/reliability.py -->\n", "<!-- end of the table -->\n"

if __name__ == "__main__":
    page = PAGE.read_text(encoding="utf-8")
    before_it, rest = page.split(START)
    PAGE.write_text(before_it + START + "\n" + table() + "\n" + END + rest.split(END)[1], encoding="utf-8")
    sys.stderr.write(f"{PAGE}: {len(CASES)} cases\n")
