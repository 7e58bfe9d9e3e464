"""The explorer in a real browser: headless Chromium, driven by Playwright, judged by axe.

Run as a script, it writes the pictures of docs/serve.md: PYTHONPATH=tests python tests/serve/test_browser.py
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from served import Server, until

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
PAGES = {
    "start": "",
    "kind": "kind/TregRecruitment",
    "source": "source/eran-2023",
    "query": "query/strategies-countering?mechanism=Treg+recruitment&source=eran-2023",
    "matrix": "matrix",
    "graph": "graph?kind=CL:0000815",
    "editor": "editor",
    "search": "search?q=which+strategies+counter+Treg+recruitment",
    "explanation": "explain?subject=CL:0001064&relation=irkg:indirectlyInhibits&object=irkg:AntiTumorImmuneCell",
}
DRAWN = "!!window.irkgGraph && window.irkgGraph.nodes().length > 5"
EDITED = "!!window.irkgEditor && document.querySelectorAll('.yasgui .tab').length > 5"
_COMPLAINTS = ("error", "warning")
_SERIOUS = ("serious", "critical")


def _missing(what: str) -> None:
    if os.environ.get("IRKG_BROWSER") == "needed":
        pytest.fail(f"needs {what}")
    pytest.skip(f"needs {what}; pip install '.[browser]' and Debian's package chromium")


@contextmanager
def _browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        _missing("Chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield started
        finally:
            started.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        _missing("Playwright")
    with _browser() as started:
        yield started


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server("--workers", "1") as running:
        yield running


@contextmanager
def opened(browser: Any, address: str, ignored: str = "\n", **options: Any) -> Iterator[Any]:
    """Open a page; fail where it complains of anything not ignored, shows a dialogue, or asks anyone but its server."""
    trouble: list[str] = []
    home = urlsplit(address).netloc
    context = browser.new_context(**options)
    page = context.new_page()
    page.on("console", lambda m: trouble.append(m.text) if m.type in _COMPLAINTS and ignored not in m.text else None)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("dialog", lambda dialog: (trouble.append("a dialogue: " + dialog.message), dialog.dismiss()))
    page.on("request", lambda r: trouble.append(r.url) if urlsplit(r.url).netloc not in (home, "") else None)
    try:
        page.goto(address)
        yield page
        assert not trouble
    finally:
        context.close()


def ready(page: Any, name: str) -> None:
    """Wait until what a page draws by itself stands."""
    if name == "graph":
        until(lambda: page.evaluate(DRAWN))
    if name == "editor":
        until(lambda: page.evaluate(EDITED))


def test_from_a_search_to_a_kind_a_claim_and_its_explanation(browser: Any, server: Server) -> None:
    with opened(browser, server.address) as page:
        page.get_by_label("A name or a question").press_sequentially("Treg recr")
        until(lambda: page.evaluate("!!document.querySelector('#names option[value=\"Treg recruitment\"]')"))
        page.get_by_label("A name or a question").fill("Treg recruitment")
        page.keyboard.press("Enter")
        page.wait_for_url("**/kind/TregRecruitment")
        assert page.locator("h1").inner_text() == "Treg recruitment"
        page.locator("a[href^='/claim/']").first.click()
        page.wait_for_url("**/claim/*")
        assert page.get_by_role("heading", name="Explanation").is_visible()
        assert page.locator(".tree a[href^='/claim/'], .tree + *, section ul li").count() > 0


def test_a_canned_query_from_its_form(browser: Any, server: Server) -> None:
    with opened(browser, server.address + "query/strategies-countering") as page:
        page.get_by_label("mechanism").fill("Treg recruitment")
        page.get_by_role("button", name="Ask").click()
        page.wait_for_selector("table")
        column = "[...document.querySelectorAll('tbody tr')].map((row) => row.cells[0].textContent.trim())"
        page.get_by_role("button", name="subject").click()
        up = page.evaluate(column)
        page.get_by_role("button", name="subject").click()
        down = page.evaluate(column)
        assert up == sorted(up, key=str.casefold)
        assert down == sorted(up, key=str.casefold, reverse=True)
        assert up[0] != down[0]
        with page.expect_download() as csv:
            page.get_by_role("link", name="CSV").click()
        assert csv.value.suggested_filename == "strategies-countering.csv"


def test_the_graph_grows_and_is_filtered(browser: Any, server: Server) -> None:
    with opened(browser, server.address + "graph?kind=Treg+recruitment") as page:
        until(lambda: page.evaluate(DRAWN))
        before = page.evaluate("irkgGraph.nodes().length")
        page.get_by_role("button", name="around").last.click()
        until(lambda: page.evaluate(f"irkgGraph.nodes().length > {before}"))
        stated = page.evaluate("irkgGraph.edges().not('.out').length")
        page.get_by_label("candidate").check()
        assert page.evaluate("irkgGraph.edges().not('.out').length") > stated
        page.get_by_label("relation").select_option("counters")
        drawn = "[...new Set(irkgGraph.edges().not('.out').map((edge) => edge.data('relation')))]"
        assert page.evaluate(drawn) == ["counters"]
        with page.expect_download() as picture:
            page.get_by_role("button", name="Save as PNG").click()
        assert Path(picture.value.path()).read_bytes().startswith(b"\x89PNG")


def test_sparql_runs_in_the_editor(browser: Any, server: Server) -> None:
    with opened(browser, server.address + PAGES["editor"]) as page:
        until(lambda: page.evaluate(EDITED))
        page.locator(".tabPanel.active .yasqe_queryButton").click()
        page.wait_for_selector(".tabPanel.active .yasr table td")
        assert "recruits" in page.content() or page.locator(".tabPanel.active .yasr table tr").count() > 5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(browser: Any, server: Server, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    found = []
    for name, path in PAGES.items():
        with opened(browser, server.address + path, color_scheme=scheme) as page:
            ready(page, name)
            options = {"resultTypes": ["violations"]}
            for fault in Axe().run(page, options=options).response["violations"]:
                if fault["impact"] in _SERIOUS:
                    where = [node["target"] for node in fault["nodes"]][:3]
                    found.append((name, fault["id"], where))
    assert not found


def test_pages_fit_a_telephone(browser: Any, server: Server) -> None:
    for name, path in PAGES.items():
        with opened(browser, server.address + path, viewport={"width": 360, "height": 740}) as page:
            ready(page, name)
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, name


def test_pages_work_by_keyboard(browser: Any, server: Server) -> None:
    with opened(browser, server.address + PAGES["kind"]) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to content"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.getElementById('main').contains(document.activeElement)")


def test_pages_work_without_scripts(browser: Any, server: Server) -> None:
    with opened(browser, server.address, java_script_enabled=False) as page:
        page.get_by_label("A name or a question").fill("which strategies counter Treg recruitment")
        page.keyboard.press("Enter")
        page.wait_for_selector("table")


def test_hostile_texts_stay_texts(browser: Any, tmp_path: Path) -> None:
    from test_pages import HOSTILE, hostile_graph

    with Server("--workers", "1", "--kg", str(hostile_graph(tmp_path))) as running:
        for path in ("kind/CL_0000815", "source/eran-2023", "matrix", "graph?kind=CL:0000815", "search?q=CL:0000815"):
            with opened(browser, running.address + path) as page:
                page.wait_for_load_state("networkidle")
                assert not page.locator("img").count()
        with opened(browser, running.address + "kind/CL_0000815") as page:
            assert HOSTILE in page.locator("h1").inner_text()


def test_hostile_results_do_not_run_in_the_editor(browser: Any, server: Server) -> None:
    literals = """"<img src=x onerror=alert(1)>" '<script>alert(2)</script><b onclick=alert(3)>x</b>'"""
    query = f"SELECT * {{ VALUES (?iri ?one ?two) {{ (<javascript:alert(4)> {literals}) }} }}"
    address = server.address + PAGES["editor"]
    # Yasgui sets texts as markup before it cleans them, so the policy is what keeps handlers from running
    with opened(browser, address, ignored="violates the following Content Security Policy") as page:
        until(lambda: page.evaluate(EDITED))
        page.evaluate("query => irkgEditor.getTab().setQuery(query)", query)
        page.locator(".tabPanel.active .yasqe_queryButton").click()
        page.wait_for_selector(".tabPanel.active .yasr table td")
        assert page.locator(".yasr table").get_by_text("onerror=alert(1)").count()
        assert not page.locator(".yasr table img, .yasr table script, .yasr a[href^='javascript:']").count()


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    with Server("--workers", "1") as serving, _browser() as chromium:
        for picture in ("start", "kind", "query", "matrix", "graph"):
            size = {"width": 1100, "height": 800}
            with opened(chromium, serving.address + PAGES[picture], viewport=size) as shown:
                ready(shown, picture)
                shown.screenshot(path=PICTURES / f"{picture}.png")
