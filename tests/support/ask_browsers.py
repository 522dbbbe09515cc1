"""Ask curl and Chromium what they read in each of the odd answers, and write it down.

    python -m tests.support.ask_browsers

It needs curl with Brotli and Zstandard, and Chromium (`apt-get install curl chromium`), and writes
`tests/downloader/handlers/odd_answers.json`: of each answer, by program, the status, how much of the page was read (`whole`,
`part`, `nothing`, `other`), the type and the final path; null where the program reads no answer.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from tests.downloader.handlers.odd_answers import ANSWERS, PAGE, answer
from tests.support.chromium import chromium_command

RESULTS = Path(__file__).parents[1] / "downloader" / "handlers" / "odd_answers.json"
HOST = "odd.example"
SECONDS = 120

HARNESS = """<!doctype html><script>
const names = %s;
async function read(name) {
  const answer = await fetch("/case/" + encodeURIComponent(name), {cache: "no-store"});
  const bytes = [];
  try {
    for (const reader = answer.body?.getReader(); reader;) {
      const {done, value} = await reader.read();
      if (done) break;
      bytes.push(...value);
    }
  } catch (error) {}
  const type = await fetch("/case/" + encodeURIComponent(name), {cache: "no-store"})
    .then(again => again.blob()).then(blob => blob.type, () => null);
  return {status: answer.status, bytes, type, path: new URL(answer.url).pathname};
}
(async () => {
  const results = {};
  for (const name of names) results[name] = await read(name).catch(() => null);
  await fetch("/results", {method: "POST", body: JSON.stringify(results)});
})();
</script>"""


class OddServer:
    """Serves the answers, one a connection, and the page with which Chromium asks for them."""

    def __init__(self) -> None:
        self.results: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request and close the connection."""
        with suppress(OSError, EOFError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            path = head.split(" ", 2)[1]
            if path == "/results":
                length = int(head.lower().split("content-length:")[1].split("\r\n")[0])
                self.results.set_result(json.loads(await reader.readexactly(length)))
            writer.write(self._answer(path))
            await writer.drain()
            writer.write_eof()
            await asyncio.wait_for(reader.read(), 5)
        writer.close()

    def _answer(self, path: str) -> bytes:
        if path.startswith("/case/"):
            return ANSWERS.get(unquote(urlsplit(path).path.removeprefix("/case/")), answer())
        if path == "/":
            return answer(body=(HARNESS % json.dumps(list(ANSWERS))).encode())
        return answer()


def describe(status: int, body: bytes, kind: str | None, path: str) -> dict[str, Any]:
    """What a program read."""
    is_landed = not path.startswith("/case/")
    extent = "whole" if body == PAGE else "nothing" if not body else "part" if PAGE.startswith(body) else "other"
    return {"status": status, "body": extent, "type": kind, "path": path if is_landed else None}


async def ask_chromium(port: int, server: OddServer) -> dict[str, Any]:
    """What Chromium reads."""
    with tempfile.TemporaryDirectory() as folder:
        hosts = f"MAP {HOST}:80 127.0.0.1:{port}, MAP * ~NOTFOUND"
        command = chromium_command(folder, hosts, "--remote-debugging-port=0", f"http://{HOST}/")
        process = await asyncio.create_subprocess_exec(*command, stderr=subprocess.DEVNULL)
        try:
            results = await asyncio.wait_for(server.results, SECONDS)
        finally:
            process.kill()
            await process.wait()
    return {
        name: describe(read["status"], bytes(read["bytes"]), read["type"], read["path"]) if read else None
        for name, read in results.items()
    }


async def ask_curl(port: int, name: str, folder: Path) -> dict[str, Any] | None:
    """What curl reads in one answer; a body that ends early counts."""
    out = folder / "body"
    out.unlink(missing_ok=True)
    options = ["-sS", "-L", "--compressed", "-m", "5", "--connect-to", f"{HOST}:80:127.0.0.1:{port}", "-o", str(out)]
    form = "%{json}"
    process = await asyncio.create_subprocess_exec(
        "curl", *options, "-w", form, f"http://{HOST}/case/{quote(name)}", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    told = json.loads((await process.communicate())[0])
    body = out.read_bytes() if out.exists() else b""
    if told["exitcode"] and not body:
        return None
    return describe(told["response_code"], body, told["content_type"], urlsplit(told["url_effective"]).path)


async def ask() -> Mapping[str, Any]:
    """What both read."""
    odd = OddServer()
    server = await asyncio.start_server(odd.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        by_curl = {name: await ask_curl(port, name, Path(folder)) for name in ANSWERS}
    by_chromium = await ask_chromium(port, odd)
    return {name: {"chromium": by_chromium[name], "curl": by_curl[name]} for name in ANSWERS}


if __name__ == "__main__":
    lines = (f"{json.dumps(name)}: {json.dumps(read)}" for name, read in asyncio.run(ask()).items())
    RESULTS.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
