"""Large files over HTTP on loopback, with everything that goes wrong with them.

with DataServer({"/graph.gz": data}) as server:
    ...  # server.url is http://127.0.0.1:40123
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


@dataclass(frozen=True)
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass
class Reply:
    """What a request is answered with; `sent` cuts the connection after so many bytes of the body."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    sent: int | None = None


Respond = Callable[[Asked, int], Reply | None]
"""Answers the nth request for a path (from 1) in its own way, or leaves it to the server (None)."""


class DataServer:
    """Serves `files` with Range and ETag; what `respond` answers goes before."""

    def __init__(self, files: Mapping[str, bytes] | None = None, respond: Respond | None = None) -> None:
        self.files = dict(files or {})
        self._respond = respond or (lambda *_: None)
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()
        self.requests: list[Asked] = []

    def __enter__(self) -> Self:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                owner.answer(self)

            do_HEAD = do_POST = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def paths(self) -> list[str]:
        """The paths that were asked for, without their queries, in order."""
        return [asked.path.partition("?")[0] for asked in self.requests]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        asked = Asked(handler.command, handler.path, {name.lower(): value for name, value in handler.headers.items()}, body)
        with self._lock:
            self.requests.append(asked)
            self._counts[asked.path] += 1
            count = self._counts[asked.path]
        reply = self._respond(asked, count) or self.file_reply(asked)
        handler.send_response(reply.status)
        for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        if asked.method != "HEAD":
            handler.wfile.write(reply.body[: reply.sent])
        handler.close_connection = reply.sent is not None

    def file_reply(self, asked: Asked) -> Reply:
        """The answer of a server that does everything right."""
        data = self.files.get(asked.path.partition("?")[0])
        if data is None:
            return Reply(404)
        tag = f'"{hash(data):x}"'
        span = re.fullmatch(r"bytes=(\d+)-(\d+)", asked.headers.get("range", ""))
        if span is None or asked.headers.get("if-range", tag) != tag:
            return Reply(200, data, {"ETag": tag})
        begin, end = int(span[1]), min(int(span[2]) + 1, len(data))
        if begin >= len(data):
            return Reply(416, b"", {"Content-Range": f"bytes */{len(data)}"})
        return Reply(206, data[begin:end], {"ETag": tag, "Content-Range": f"bytes {begin}-{end - 1}/{len(data)}"})
