"""Those who follow an analysis from outside: a page in a browser, in both ways of signing in, and curl.

Each of them is cut off twice on the way.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from holisticos.contracts.events import EventType
from tests.e2e.cutting_proxy import CUTS, cutting

ORIGIN = "http://localhost:3000"
"""As the stage for development allows it."""

NAMES = ("fetch", "event source", "curl")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CURL = shutil.which("curl")
PATIENCE = 60
"""Seconds; far more than it takes, for a machine that is busy."""

NEEDED = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here (Debian: apt-get install chromium)"),
    pytest.mark.skipif(CURL is None, reason="there is no curl here"),
]

Told = dict[str, dict[str, Any]]
"""Of each follower: ``seen``, the data of the events in order; ``streams``, how often it was let in; and the ``status``
of the answer after the last event, where it can tell."""


def followed(
    api_url: str,
    begin: Callable[[], tuple[str, str]],
    folder: Path,
    when_all_are_cut: Callable[[], None] = lambda: None,
) -> Told:
    """What each saw of the analysis that ``begin`` gives, with an access token; it is asked once the page is loaded."""
    told: Queue[tuple[str, dict[str, Any]]] = Queue()
    url = urlsplit(api_url)
    with cutting(str(url.hostname), url.port or 0, listeners=len(NAMES)) as (way, proxy):
        api = way + url.path

        def setup() -> dict[str, Any]:
            analysis, token = begin()
            stream = f"{api}/api/v1/analysis/{analysis}/stream"
            threading.Thread(target=lambda: told.put(("curl", curl(stream, token))), daemon=True).start()
            return {"api": api, "analysis": analysis, "token": token, "types": list(EventType)}

        with browser(Page(setup, told), folder):
            assert proxy.all_cut.wait(PATIENCE), (folder / "chromium.log").read_text()
            when_all_are_cut()
            return dict(told.get(timeout=PATIENCE) for _ in NAMES)


def check(told: Told) -> list[dict[str, Any]]:
    """Whether all saw every event once, in order, and came to know the end. Returns the events."""
    assert set(told) == set(NAMES)
    assert not [what for what in told.values() if "error" in what]
    assert (told["curl"]["status"], told["fetch"]["status"]) == (204, 204)
    events: list[dict[str, Any]] = told["curl"]["seen"]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    for name in NAMES:
        assert told[name]["seen"] == events, name
        assert told[name]["streams"] > CUTS, name
    return events


def protocol(told: Told) -> str:
    """Who saw what, for people."""
    return "\n".join(
        f"{name}: {len(what['seen'])} events ({what['seen'][0]['seq']} to {what['seen'][-1]['seq']}, the last"
        f" {what['seen'][-1]['type']}), {what['streams']} streams, {CUTS} of them cut off"
        for name, what in sorted(told.items())
    )


class Page(ThreadingHTTPServer):
    """Serves the page and what it must know, and takes what it has seen."""

    daemon_threads = True

    def __init__(self, setup: Callable[[], dict[str, Any]], told: "Queue[tuple[str, dict[str, Any]]]") -> None:
        super().__init__(("127.0.0.1", 0), _PageRequest)
        self.setup = setup
        self.page = (Path(__file__).parent / "page.html").read_bytes()
        self.told = told


class _PageRequest(BaseHTTPRequestHandler):
    server: Page

    def do_GET(self) -> None:
        match self.path:
            case "/":
                self._answer(200, "text/html", self.server.page)
            case "/setup":
                self._answer(200, "application/json", json.dumps(self.server.setup()).encode())
            case _:
                self._answer(404, "text/plain", b"")

    def do_POST(self) -> None:
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.told.put((unquote(self.path).removeprefix("/seen/"), told))
        self._answer(204, "text/plain", b"")

    def _answer(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""


@contextmanager
def browser(page: Page, folder: Path) -> Iterator[None]:
    """A page at ``ORIGIN`` in headless Chromium until the end of the block."""
    assert CHROMIUM
    thread = threading.Thread(target=page.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    # A name and a port of the page's own lead to a free port of this machine; nothing else is looked up.
    rules = f"MAP localhost:3000 127.0.0.1:{page.server_address[1]}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    flags = ["headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "no-proxy-server"]
    flags += ["disable-background-networking", "disable-component-update", "disable-sync", "disable-dev-shm-usage"]
    flags += [f"user-data-dir={folder}", f"host-resolver-rules={rules}", "remote-debugging-port=0"]
    with (folder / "chromium.log").open("w") as log:
        process = subprocess.Popen(  # noqa: S603 - our own words only
            [CHROMIUM, *(f"--{flag}" for flag in flags), ORIGIN], stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
        page.shutdown()
        page.server_close()
        thread.join(10)


def curl(url: str, token: str) -> dict[str, Any]:
    """What curl sees, come back as often as it was cut off."""
    assert CURL
    seen: list[dict[str, Any]] = []
    streams = 0
    while True:
        last = str(seen[-1]["seq"] if seen else 0)
        headers = ["-H", f"Authorization: Bearer {token}", "-H", f"Last-Event-ID: {last}"]
        done = subprocess.run(  # noqa: S603 - our own words only
            [CURL, "-sN", "--noproxy", "*", "-w", "\n%{http_code}", *headers, url],
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        text, _, status = done.stdout.rpartition("\n")
        whole, _, _ = text.rpartition("\n\n")
        seen += [json.loads(data) for data in re.findall(r"^data: (.*)$", whole, re.MULTILINE)]
        if status != "200":
            return {"seen": seen, "streams": streams, "status": int(status)}
        streams += 1
