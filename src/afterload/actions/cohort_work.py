"""Pieces of work shared out: on a Dask cluster, on all cores, or here."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context
from typing import Any, TypeVar

from afterload.core.errors import AfterloadError, InputError

Task = TypeVar("Task")
Done = TypeVar("Done")

AHEAD = 2
"""Pieces that wait per worker, so that those of a large cohort are not all made at once."""


def cores() -> int:
    """Cores of this machine that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # pragma: no cover - where a process may use all
        return os.cpu_count() or 1


def shared(
    work: Callable[[Task], Done],
    tasks: Iterable[Task],
    cluster: str,
    count: int,
    stopping: Callable[[], None] = lambda: None,
) -> Iterator[Done]:
    """What came of every piece, as they are done; on one machine in their order.

    Stopped (Ctrl-C), no further piece is begun, those begun on the cores of this machine are
    finished and given out, and then KeyboardInterrupt is raised.

    Args:
        work: A function that can be sent to another process.
        tasks: The pieces; they are made as they are needed.
        cluster: Address of a Dask scheduler ("tcp://..."); "" for the cores of this machine.
        count: How many pieces there are.
        stopping: Called when it is stopped, before the pieces begun are waited for.

    Raises:
        InputError: The cluster cannot be reached.
    """
    if cluster:
        yield from _on_cluster(work, iter(tasks), cluster)
    elif count == 1 or cores() == 1:
        yield from map(work, tasks)
    else:
        yield from _on_cores(work, iter(tasks), cores(), stopping)


def _on_cores(
    work: Callable[[Task], Done],
    tasks: Iterator[Task],
    workers: int,
    stopping: Callable[[], None],
) -> Iterator[Done]:
    # Begun anew, not copied: a copy of a process whose other threads hold a lock waits for ever.
    anew = get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=anew, initializer=_deaf) as pool:
        waiting: deque[Future[Done]] = deque()
        try:
            waiting.extend(pool.submit(work, task) for task in islice(tasks, workers * AHEAD))
            while waiting:
                done = waiting[0].result()
                waiting.popleft()
                waiting.extend(pool.submit(work, task) for task in islice(tasks, 1))
                yield done
        except KeyboardInterrupt:
            stopping()
            begun = [one for one in waiting if not one.cancel()]
            yield from (one.result() for one in begun)
            raise
        except BrokenProcessPool as error:
            raise AfterloadError(
                "A process that simulated patients was ended from outside, perhaps for want of "
                "memory. Free some, or ask for fewer strategies at once. In a script of your own, "
                "call it below `if __name__ == '__main__':`: every process reads the script."
            ) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _deaf() -> None:
    """Leave it to the process that shares the work to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _on_cluster(
    work: Callable[[Task], Done], tasks: Iterator[Task], address: str
) -> Iterator[Done]:
    try:
        from distributed import Client, as_completed
    except ImportError as error:
        raise InputError(
            "A cluster needs the package distributed: pip install 'afterload[cluster]'."
        ) from error
    try:
        client: Any = Client(address, timeout="5s")  # type: ignore[no-untyped-call,unused-ignore]
    except (OSError, ValueError) as error:
        raise InputError(
            f"No Dask scheduler answers at {address!r}. Check the address, as tcp://host:8786."
        ) from error
    with client:
        workers = max(1, sum(client.nthreads().values()))
        begun = [client.submit(work, one, pure=False) for one in islice(tasks, workers * AHEAD)]
        done: Any = as_completed(begun)  # type: ignore[no-untyped-call,unused-ignore]
        for future in done:
            yield future.result()
            future.release()
            for task in islice(tasks, 1):
                done.add(client.submit(work, task, pure=False))
