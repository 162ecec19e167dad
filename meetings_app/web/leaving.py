"""停止の知らせ: the server tells its worker that it is about to stop, so that open streams end first.

An event stream does not end by itself, and a worker that is told to stop waits for its answers: without this
notice it would wait until it is killed.
"""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

NOTICE = signal.SIGUSR1


def tell_workers() -> None:
    """Tell every worker process of this one that it is about to be stopped."""
    for child in multiprocessing.active_children():
        if child.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(child.pid, NOTICE)


@contextmanager
def when_leaving(work: Callable[[], None]) -> Iterator[None]:
    """Within the block, do `work` on the running event loop when the notice comes.

    Does nothing outside of a process's main thread, where no signal arrives.
    """
    loop = asyncio.get_running_loop()
    try:
        loop.add_signal_handler(NOTICE, work)
    except (RuntimeError, ValueError):
        yield
        return
    try:
        yield
    finally:
        loop.remove_signal_handler(NOTICE)
