"""A way to a server on which streams are cut off."""

import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager

CUTS = 2
_END_OF_HEAD = b"\r\n\r\n"
_END_OF_EVENT = b"\n\n"


class CuttingProxy:
    """Passes bytes on, both ways, and cuts off the first streams of each listener.

    The first one in the middle of its first event, the second one behind it, so that both leave something to come back
    for, however many events are sent at once. Listeners are told apart by their requests: ``fetch``, ``event source``
    (with a ticket) and ``curl``.
    """

    def __init__(self, host: str, port: int, listeners: int) -> None:
        self._server = (host, port)
        self._cuts: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._left = CUTS * listeners
        self.all_cut = threading.Event()

    def serve(self, listening: socket.socket) -> None:
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return  # closed
            threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def _connect(self, client: socket.socket) -> None:
        server = socket.create_connection(self._server)
        heads: list[bytes] = []
        threading.Thread(target=self._requests, args=(client, server, heads), daemon=True).start()
        with closing(client), closing(server):
            while content := _received(server):
                listener = listener_of(heads[-1]) if heads else None
                # News come after the head of the answer, and a retry alone is none.
                if listener and b"data: " in content and (cut := self._next_cut(listener)):
                    client.sendall(_until_cut(content, cut))
                    _shut(client)
                    return
                client.sendall(content)
            _shut(client)

    def _requests(self, client: socket.socket, server: socket.socket, heads: list[bytes]) -> None:
        while content := _received(client):
            if _END_OF_HEAD in content:
                heads.append(content.partition(_END_OF_HEAD)[0])
            try:
                server.sendall(content)
            except OSError:
                return
        _shut(server)

    def _next_cut(self, listener: str) -> int:
        """1 for the first cut, 2 for the second, 0 for none."""
        with self._lock:
            if self._cuts[listener] == CUTS:
                return 0
            self._cuts[listener] += 1
            self._left -= 1
            if not self._left:
                self.all_cut.set()
            return self._cuts[listener]


def _until_cut(content: bytes, cut: int) -> bytes:
    """What still comes of the first event and what is before it."""
    before, data, events = content.partition(b"data: ")
    if cut == 1:
        return before + data[:3]
    event, end, _ = events.partition(_END_OF_EVENT)
    return before + data + event + end


def listener_of(head: bytes) -> str | None:
    """Who sent the request; ``None`` for one that is for no stream."""
    first, _, fields = head.partition(b"\r\n")
    if not first.startswith(b"GET ") or b"/stream" not in first:
        return None
    if b"curl/" in fields:
        return "curl"
    return "event source" if b"/ticketed/" in first else "fetch"


def _received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(65536)
    except OSError:
        return b""


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the other side was faster


@contextmanager
def cutting(host: str, port: int, *, listeners: int) -> Iterator[tuple[str, CuttingProxy]]:
    """The URL of a proxy before a server, until the end of the block."""
    proxy = CuttingProxy(host, port, listeners)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=proxy.serve, args=(listening,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", proxy
        _shut(listening)
        thread.join(10)
