"""Pieces of work shared out: on a Dask cluster, on all cores, or here."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from typing import Any, TypeVar

from afterload.core.errors import InputError

Task = TypeVar("Task")
Done = TypeVar("Done")

AHEAD = 2
"""Pieces that wait per worker, so that those of a large cohort are not all made at once."""


def shared(
    work: Callable[[Task], Done], tasks: Iterable[Task], cluster: str, count: int
) -> Iterator[Done]:
    """What came of every piece, as they are done; on one machine in their order.

    Args:
        work: A function that can be sent to another process.
        tasks: The pieces; they are made as they are needed.
        cluster: Address of a Dask scheduler ("tcp://..."); "" for the cores of this machine.
        count: How many pieces there are.

    Raises:
        InputError: The cluster cannot be reached.
    """
    if cluster:
        yield from _on_cluster(work, iter(tasks), cluster)
    elif count == 1 or (os.cpu_count() or 1) == 1:
        yield from map(work, tasks)
    else:
        yield from _on_cores(work, iter(tasks), os.cpu_count() or 1)


def _on_cores(work: Callable[[Task], Done], tasks: Iterator[Task], cores: int) -> Iterator[Done]:
    with ProcessPoolExecutor() as pool:
        waiting = [pool.submit(work, task) for task in islice(tasks, cores * AHEAD)]
        while waiting:
            done = waiting.pop(0).result()
            waiting += [pool.submit(work, task) for task in islice(tasks, 1)]
            yield done


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
