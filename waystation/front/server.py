"""The server: processes that answer, and the worker beside them."""

from __future__ import annotations

import multiprocessing
import signal
import threading
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.db import connections
from gunicorn.app.base import BaseApplication

from . import worker

LONGEST_REQUEST = 120  # seconds: a phone on a bad network sends 100 MB in less, or in two goes


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn, told all by the command line."""

    def __init__(self, **options: Any) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Take the options as given."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application, once in each process."""
        return get_wsgi_application()


def serve(*, host: str, port: int, workers: int) -> None:
    """Answer until stopped. The worker is a process of its own, and ends with the server however that ends."""
    connections.close_all()
    beside = multiprocessing.get_context("spawn").Process(target=work_beside, daemon=True)
    beside.start()
    Server(
        bind=f"{host}:{port}",
        workers=workers,
        worker_class="gthread",
        threads=4,
        timeout=LONGEST_REQUEST,
        graceful_timeout=10,
        preload_app=False,
        max_requests=20_000,
        max_requests_jitter=2_000,
        loglevel="warning",
        control_socket_disable=True,
    ).run()


def work_beside() -> None:
    """The worker's process. It stops by itself when the server is gone, even killed."""
    import django  # noqa: PLC0415

    django.setup()
    stop = threading.Event()
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=stop_after, args=(parent, stop), daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    worker.work(stop)


def stop_after(parent: BaseProcess, stop: threading.Event) -> None:
    """Stop when the server has ended, in whatever way."""
    parent.join()
    stop.set()


def work(*, once: bool) -> None:
    """File what comes in, here."""
    if once:
        while worker.work_once():
            pass
        return
    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    worker.work(stop)
