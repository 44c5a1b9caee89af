"""Fault 22 from end to end: a page in a browser, in both ways, and curl follow an analysis that is cut off twice."""

import json
import os
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from functions.api.security import TokenIdentityProvider
from functions.api.signing_keys import SigningKeys
from functions.api.sse import StreamPolicy
from holisticos.adapters.system_clock import SystemClock
from holisticos.contracts.events import EventType
from holisticos.contracts.names import AgentName
from tests.e2e.cutting_proxy import cutting
from tests.examples import a_result, an_event
from tests.served_app import serving
from tests.tokens import CLIENT_ID, TestPool
from tests.unit.functions.api.events import ENVIRONMENT
from tests.unit.functions.api.served import ANALYSIS, Served

ORIGIN = "http://localhost:3000"
"""As the stage for development allows it."""

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CURL = shutil.which("curl")
PATIENCE = 60

Seen = tuple[str, dict[str, Any]]


class Page(ThreadingHTTPServer):
    """Serves the page and what it must know, and takes what it has seen."""

    daemon_threads = True

    def __init__(self, setup: dict[str, Any], seen: "Queue[Seen]") -> None:
        super().__init__(("127.0.0.1", 0), _PageRequest)
        self.setup = json.dumps(setup).encode()
        self.page = (Path(__file__).parent / "page.html").read_bytes()
        self.seen = seen


class _PageRequest(BaseHTTPRequestHandler):
    server: Page

    def do_GET(self) -> None:
        known = {"/": ("text/html", self.server.page), "/setup": ("application/json", self.server.setup)}
        kind, content = known.get(self.path, ("text/plain", b""))
        self._answer(200 if content else 404, kind, content)

    def do_POST(self) -> None:
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen.put((unquote(self.path).removeprefix("/seen/"), told))
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
            return {"seen": seen, "status": int(status)}


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here (Debian: apt-get install chromium)")
@pytest.mark.skipif(CURL is None, reason="there is no curl here")
def test_browsers_and_curl_follow_an_analysis_through_two_cuts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    clock, pool = SystemClock(), TestPool()
    api = Served(
        clock=clock,  # type: ignore[arg-type]  # tokens and deadlines are those of a real clock
        identity=TokenIdentityProvider(SigningKeys(pool, clock), CLIENT_ID, clock),
        stream=StreamPolicy(wait=PATIENCE, poll=0.01, ends_with_news=False),
        cors_origins=(ORIGIN,),
    )
    agents = list(AgentName)
    api.given_analysis(
        *(an_event(EventType.AGENT_STARTED, agent=agent) for agent in agents[:3]),
        deadline_at=clock.now() + timedelta(minutes=5),
    )
    token, seen = pool.access_token(clock.now()), Queue[Seen]()
    with serving(api.app) as url:
        server = urlsplit(url)
        with cutting(str(server.hostname), server.port or 0, listeners=3) as (way, proxy):
            page = Page({"api": way, "analysis": ANALYSIS, "token": token, "types": list(EventType)}, seen)
            stream = f"{way}/api/v1/analysis/{ANALYSIS}/stream"
            caller = threading.Thread(target=lambda: seen.put(("curl", curl(stream, token))))
            caller.start()
            with browser(page, tmp_path):
                assert proxy.all_cut.wait(PATIENCE), (tmp_path / "chromium.log").read_text()
                for agent in agents[3:]:
                    api.analyses.append(ANALYSIS, an_event(EventType.AGENT_STARTED, agent=agent))
                api.analyses.finish(a_result(ANALYSIS, user_id="ana"), an_event(EventType.COMPLETED, progress=100))
                told = dict(seen.get(timeout=PATIENCE) for _ in range(3))
            caller.join(PATIENCE)

    assert set(told) == {"curl", "fetch", "event source"}
    assert (told["curl"]["status"], told["fetch"]["status"]) == (204, 204)
    numbers = {name: [event["seq"] for event in what["seen"]] for name, what in told.items()}
    assert all(seen_by == list(range(1, 9)) for seen_by in numbers.values()), numbers
    assert told["curl"]["seen"] == told["fetch"]["seen"] == told["event source"]["seen"]
