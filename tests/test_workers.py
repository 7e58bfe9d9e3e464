"""Calls in several processes: every answer once, whatever dies."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from irkg.errors import IrkgError
from irkg.workers import Died, here, in_processes, on_cluster, runner


def square(number: int) -> int:
    return number * number


def die_once(mark: Path) -> str:
    """Take the process down at the first call with a path, and answer at the second."""
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return mark.name


def die(number: int) -> int:
    if number == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def always_die(_: int) -> int:
    os._exit(3)


def test_every_item_is_answered_once_wherever_that_is_done() -> None:
    items = list(range(20))
    expected = {n: n * n for n in items}
    assert dict(here(square, items)) == expected
    answers = list(in_processes(square, items, 2))
    assert dict(answers) == expected
    assert len(answers) == len(items)


def test_no_more_processes_are_started_than_there_is_work_for() -> None:
    assert dict(in_processes(square, [3], 5)) == {0: 9}
    assert list(in_processes(square, [], 5)) == []


def test_what_a_killed_worker_was_at_is_done_again(tmp_path: Path) -> None:
    marks = [tmp_path / str(n) for n in range(4)]
    assert dict(in_processes(die_once, marks, 2)) == {n: str(n) for n in range(4)}
    assert all(mark.exists() for mark in marks)  # each has killed a worker


def test_an_item_that_kills_every_worker_is_given_up_and_the_others_are_answered() -> None:
    answers = dict(in_processes(die, list(range(5)), 2))
    assert isinstance(answers.pop(1), Died)
    assert answers == {0: 0, 2: 2, 3: 3, 4: 4}


def interrupted(number: int) -> int:
    """Get what a worker gets where Ctrl-C is pressed on its terminal."""
    os.kill(os.getpid(), signal.SIGINT)
    return number


def test_ctrl_c_is_left_to_the_process_that_started_them() -> None:
    assert dict(in_processes(interrupted, [0, 1, 2], 2)) == {0: 0, 1: 1, 2: 2}


def test_workers_that_die_at_once_end_the_run() -> None:
    with pytest.raises(IrkgError, match="die as soon as they start"):
        list(in_processes(always_die, list(range(50)), 1))


def test_workers_and_a_scheduler_exclude_each_other() -> None:
    with pytest.raises(IrkgError, match="exclude each other"):
        runner(2, "tcp://127.0.0.1:1")


def test_a_scheduler_that_is_not_there_is_named(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    with pytest.raises(IrkgError, match="no Dask scheduler answers"):
        list(on_cluster(square, [1], "nonsense://nowhere"))
    with pytest.raises(IrkgError, match="no such file"):
        list(on_cluster(square, [1], str(tmp_path / "absent.json")))
