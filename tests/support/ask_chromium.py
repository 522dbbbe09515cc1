"""Asks Chromium what it shows of the pages in the tables beside the tests, and writes its answers there.

    python -m tests.support.ask_chromium [part of a table's name]

Tests compare with the answers, and need no browser.
"""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.support.chromium import chromium_command

TESTS = Path(__file__).parent.parent
TABLES = {
    TESTS / "core" / "page" / "chromium_inner_text.json": "return document.querySelector('a').innerText",
    TESTS / "core" / "html" / "chromium_charsets.json": "return [document.characterSet, document.title]",
    TESTS / "core" / "html" / "chromium_inner_documents.json": """
        const found = [], roots = new Map()
        for (const name of new Set([...document.querySelectorAll('*')].map(e => e.localName).filter(n => n.includes('-'))))
            try {
                customElements.define(name, class extends HTMLElement {
                    constructor() { super(); roots.set(this, this.attachInternals().shadowRoot) }
                })
            } catch { /* a name that no custom element may have */ }
        const rootOf = node => node.shadowRoot || roots.get(node)
        const text = node => {
            if (node.nodeType === Node.TEXT_NODE) return node.data
            const assigned = node.localName === 'slot' ? node.assignedNodes({flatten: true}) : []
            return [...assigned.length ? assigned : (rootOf(node) || node).childNodes].map(text).join('')
        }
        const walk = node => {
            for (const element of node.querySelectorAll('*')) {
                const href = element.href && (element.href.baseVal ?? element.href)
                if (element.localName === 'a' && href) found.push([new URL(href, element.baseURI).href, text(element).trim()])
                if (rootOf(element)) walk(rootOf(element))
                if (element.contentDocument) walk(element.contentDocument)
            }
        }
        walk(document)
        return found.sort()
    """,
}
"""The script that answers for each page of a table."""


def page_of(case: dict[str, Any]) -> bytes:
    """The bytes of a page as its table describes it."""
    markup: str = case["html"]
    return markup.encode(case.get("encoding", "utf-8"))


@contextmanager
def serve(pages: dict[str, tuple[bytes, str]]) -> Iterator[int]:
    """Serve pages by their path, each with a Content-Type; the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body, content_type = pages.get(self.path, (b"", "text/html"))
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def ask(url: str, port: int) -> Any:
    """What the script on a page answers."""
    with tempfile.TemporaryDirectory() as profile:
        command = chromium_command(profile, f"MAP * 127.0.0.1:{port}", "--virtual-time-budget=2000", "--dump-dom", url)
        shown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    answer = re.search(r'data-answer="([^"]*)"', shown)
    assert answer is not None, (url, shown)
    return json.loads(html.unescape(answer[1]))


def main() -> None:
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    for path, script in TABLES.items():
        if wanted not in path.name:
            continue
        cases = json.loads(path.read_text(encoding="utf-8"))
        asking = (
            f"<script>onload = () => document.documentElement.dataset.answer = JSON.stringify((() => {{{script}}})())</script>"
        )
        pages = {
            f"/{number}": (page_of({**case, "html": case["html"] + asking}), case.get("content_type", "text/html"))
            for number, case in enumerate(cases)
        }
        with serve(pages) as port:
            for number, case in enumerate(cases):
                case["chromium"] = ask(f"http://{case.get('host', 'a.test')}/{number}", port)
        lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
        path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
