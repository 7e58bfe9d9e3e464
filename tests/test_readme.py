"""The README's commands do what it shows."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


def commands() -> list[tuple[str, str]]:
    """Return the commands of the README, each with the output that is shown."""
    blocks = _BLOCK.findall(README.read_text(encoding="utf-8"))
    return [pair for block in blocks for pair in _COMMAND.findall(block)]


def run(command: str, room: Path) -> str:
    """Run a command of the README in a folder that holds what a clone holds; return both outputs as one."""
    scripts = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "100"}
    environment.pop("IRKG_KG", None)
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=room,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        text=True,
    )
    return "".join(line.rstrip() + "\n" for line in done.stdout.splitlines())


@pytest.mark.parametrize(("command", "shown"), commands(), ids=[c for c, _ in commands()])
def test_command(command: str, shown: str, tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    shutil.copytree(ROOT / "tests" / "data", tmp_path / "tests" / "data")
    assert run(command, tmp_path) == shown


def test_python() -> None:
    failed, tried = doctest.testfile(str(README), module_relative=False)
    assert tried
    assert not failed


def test_the_two_commands_are_single_lines() -> None:
    text = README.read_text(encoding="utf-8")
    for mark in ("main", "tests"):
        block = re.search(rf"^<!-- {mark} -->\n```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
        assert block
        assert len(block[1].strip().splitlines()) == 1


if __name__ == "__main__":  # writes the outputs into the README: python tests/test_readme.py
    import tempfile

    def _shown(block: re.Match[str]) -> str:
        with tempfile.TemporaryDirectory() as name:
            room = Path(name)
            shutil.copytree(ROOT / "tests" / "data", room / "tests" / "data")
            return "```console\n" + "".join(f"$ {c}\n{run(c, room)}" for c, _ in _COMMAND.findall(block[1])) + "```"

    README.write_text(_BLOCK.sub(_shown, README.read_text(encoding="utf-8")), encoding="utf-8")
