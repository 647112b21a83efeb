"""The server: processes that answer, and the worker beside them."""

from __future__ import annotations

import logging
import os
import signal
import socket
import struct
import threading
import time
from importlib import import_module
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from waystation.collect import files

from . import courier, installation, worker
from .bodies import Application, only_whole
from .problems import PortTaken
from .slashes import slashes_kept

log = logging.getLogger(__name__)

LONGEST_SILENCE = 60  # seconds without a byte, after which a caller is taken to have lost the network
THREADS = 16  # requests that one process answers at a time; what they receive at the same moment is kept together
POLITE = 5  # the worker gives way to the processes that answer, for phones wait and the queue does not
LONGEST_GOODBYE = 10  # seconds that what is under way may take when the server is stopped


class Keeper(Arbiter):  # type: ignore[misc]
    """gunicorn's arbiter, which also keeps the worker alive beside the processes that answer.

    The worker is forked as they are: what is loaded already is shared. It is started anew when it ends, and ends
    with the server however that ends.
    """

    beside: int | None = None

    def start(self) -> None:
        """Listen, and let no caller hold a thread by falling silent; connections have this from the listener."""
        super().start()
        patience = struct.pack("ll", LONGEST_SILENCE, 0)
        for listener in self.LISTENERS:
            listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, patience)
            listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, patience)

    def manage_workers(self) -> None:
        """Start what is missing: all at first, later what has ended."""
        super().manage_workers()
        if not is_alive(self.beside):
            if self.beside:
                log.error("the worker (%s) ended; it is started again", self.beside)
            self.beside = self._fork_beside()

    def stop(self, graceful: bool = True) -> None:
        """Let the worker finish what it has in hand, too."""
        if self.beside is not None and is_alive(self.beside):
            os.kill(self.beside, signal.SIGTERM)
        super().stop(graceful)
        until = time.monotonic() + LONGEST_GOODBYE
        while is_alive(self.beside) and time.monotonic() < until:
            time.sleep(0.05)
            self.reap_workers()

    def _fork_beside(self) -> int:
        number = os.fork()
        if number:
            return number
        try:
            for listener in self.LISTENERS:
                listener.close()
            for name in (*self.SIGNALS, signal.SIGCHLD):
                signal.signal(name, signal.SIG_DFL)
            work_beside(self.pid)
        except BaseException:
            log.exception("the worker broke down")
            os._exit(os.EX_SOFTWARE)
        os._exit(os.EX_OK)  # and not back into the arbiter, whose copy this process is


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn, told all by the command line."""

    def __init__(self, **options: Any) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Take the options as given."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Application:
        """The application with its pages, before the processes that answer are forked: what is wrong shows at once."""
        application = get_wsgi_application()
        import_module(settings.ROOT_URLCONF)
        return only_whole(slashes_kept(application))

    def run(self) -> None:
        """Answer, and work, until stopped."""
        Keeper(self).run()


def is_alive(number: int | None) -> bool:
    """Whether a child process is there."""
    if number is None:
        return False
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def check_port(host: str, port: int) -> None:
    """Raise PortTaken where somebody listens already, or where we may not."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise PortTaken(host=host, port=port, reason=getattr(error, "strerror", None) or error) from error


def serve(*, host: str, port: int, workers: int) -> None:
    """Answer until stopped, and file what comes in. Raises PortTaken."""
    check_port(host, port)
    installation.keep_secret()
    files.sweep()
    connections.close_all()  # none may be shared with a process that is forked
    Server(
        bind=f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        workers=workers,
        worker_class="gthread",
        threads=THREADS,
        timeout=120,
        graceful_timeout=LONGEST_GOODBYE,
        preload_app=True,
        max_requests=20_000,
        max_requests_jitter=2_000,
        loglevel="warning",
        control_socket_disable=True,
    ).run()


def work_beside(parent: int) -> None:
    """The worker as a child of the server. Ctrl-C reaches it too, but the server tells it when to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(POLITE)
    stop = threading.Event()
    threading.Thread(target=stop_after, args=(parent, stop), daemon=True).start()
    work_until(stop)


def stop_after(parent: int, stop: threading.Event) -> None:
    """Stop when the server is gone, even killed."""
    while os.getppid() == parent:
        time.sleep(0.2)
    stop.set()


def work(*, once: bool) -> None:
    """File what comes in, here."""
    if once:
        while worker.work_once():
            pass
        worker.look_around()
        return
    stop = threading.Event()
    signal.signal(signal.SIGINT, lambda number, frame: stop.set())
    work_until(stop)


def work_until(stop: threading.Event) -> None:
    """File what comes in until told to stop, by SIGTERM as well."""

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    threading.Thread(target=courier.deliver, args=(stop,), daemon=True).start()
    worker.work(stop)
