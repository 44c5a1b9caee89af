"""The ``bootstrap`` of every function in the emulator: passes events to the host and results back.

Run as ``python -I -S poller.py`` with the standard library alone, because the emulator starts one for
each concurrent event and waits for it. It keeps no state; the host queues.

Two things make a call take 12 ms rather than 100: the emulator sends headers and body of an answer
separately, which Nagle's algorithm and delayed acknowledgements turn into 40 ms unless we acknowledge
at once; and it waits 50 ms for a first line of output, so there is always one.
"""

import json
import os
import select
import socket
import struct
import sys

HOST_SOCKET = "HOLISTICOS_FUNCTION_HOST"
_LENGTH = struct.Struct("!I")
_QUICK_ACK = getattr(socket, "TCP_QUICKACK", 12)


class EmulatorGoneError(Exception):
    """The emulator closed the Runtime API: this environment is over."""


class Emulator:
    """Client of the emulator's Lambda Runtime API."""

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        self._address = address
        self.connection = socket.create_connection((host, int(port)))
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._reader = self.connection.makefile("rb")

    def next(self) -> tuple[dict[str, str], bytes]:
        """Wait for an event; its headers, with lower-case names, and its payload."""
        return self._call("GET", "next")

    def post(self, request_id: str, kind: str, body: bytes) -> None:
        self._call("POST", f"{request_id}/{kind}", body)

    def _call(self, method: str, path: str, body: bytes = b"") -> tuple[dict[str, str], bytes]:
        head = (
            f"{method} /2018-06-01/runtime/invocation/{path} HTTP/1.1\r\nHost: {self._address}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self.connection.sendall(head.encode("ascii") + body)
        status = self._line()
        headers = {}
        while line := self._line():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        answer = self._reader.read(int(headers.get("content-length", "0")))
        if not status or int(status.split()[1]) >= 500:
            raise EmulatorGoneError
        return headers, answer

    def _line(self) -> str:
        self.connection.setsockopt(socket.IPPROTO_TCP, _QUICK_ACK, 1)
        line = self._reader.readline().decode("latin-1").strip()
        self.connection.setsockopt(socket.IPPROTO_TCP, _QUICK_ACK, 1)
        return line


def invoke(host_socket: str, headers: dict[str, str], event: bytes, emulator: Emulator) -> tuple[str, bytes, bytes]:
    """Kind (``response`` or ``error``), output and result of one event, or what went wrong with the host."""
    try:
        # A relative name: a path to a deep folder is longer than a socket's address may be.
        os.chdir(os.path.dirname(host_socket))  # noqa: PTH120 - pathlib takes as long to import as the rest together
        with socket.socket(socket.AF_UNIX) as host:
            host.connect(os.path.basename(host_socket))  # noqa: PTH119
            about = json.dumps({"environment": dict(os.environ), "headers": headers}).encode()
            host.sendall(_LENGTH.pack(len(about)) + about + _LENGTH.pack(len(event)) + event)
            # Should the emulator end meanwhile, so do we, and with that the host ends the worker.
            ready, _, _ = select.select([host, emulator.connection], [], [])
            if emulator.connection in ready:
                raise EmulatorGoneError
            with host.makefile("rb") as answer:
                kind = answer.read(1)
                parts = []
                for _ in range(2):
                    (length,) = _LENGTH.unpack(answer.read(_LENGTH.size))
                    parts.append(answer.read(length))
    except (OSError, struct.error) as error:
        problem = {"errorType": "Local.FunctionHostUnavailable", "errorMessage": f"no function host: {error}"}
        return "error", b"", json.dumps(problem).encode()
    return ("response" if kind == b"R" else "error"), parts[0], parts[1]


def main() -> None:
    emulator = Emulator(os.environ["AWS_LAMBDA_RUNTIME_API"])
    while True:
        try:
            headers, event = emulator.next()
            kind, output, result = invoke(os.environ[HOST_SOCKET], headers, event, emulator)
            sys.stdout.buffer.write(output if output.endswith(b"\n") else output + b"\n")
            sys.stdout.buffer.flush()
            emulator.post(headers["lambda-runtime-aws-request-id"], kind, result)
        except (EmulatorGoneError, OSError):
            return


if __name__ == "__main__":
    main()
