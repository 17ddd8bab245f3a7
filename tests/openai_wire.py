"""How tests/openai_server.py speaks: OpenAI's protocol over HTTP, in the ways of its scripts."""

from __future__ import annotations

import contextlib
import json
import select
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openai_server import OpenAIServer

Body = dict[str, Any]
Said = str | list[str] | Callable[[Body], str | list[str]]

STATUSES = {
    "301": "Moved",
    "400": "The request is not right.",
    "401": "Incorrect API key provided.",
    "403": "You may not use this model.",
    "404": "The model does not exist.",
    "429": "Too many requests.",
    "500": "The model ran out of memory.",
    "503": "The server is loading the model.",
    "overflow": "This model's maximum context length is 2048 tokens. However, you requested 5120 tokens.",
}
FAILURES = (
    *STATUSES,
    "silent",  # takes the question and says nothing, not even a status
    "slow_first",  # waits `seconds`, then answers
    "stall",  # begins, and then says nothing
    "drop",  # begins, and the connection breaks
    "ends_early",  # begins, and ends without a reason, as behind a proxy that gave up
    "error_inside",  # begins, and then an error in the stream
    "malformed",  # not JSON
    "nonsense",  # JSON, but another protocol
    "html",  # a web page with status 200
    "empty",  # no piece at all
    "blank",  # pieces of white space
    "endless",  # never stops
    "drip",  # never stops, slowly
    "cut",  # ends at its limit of tokens
    "not_streaming",  # a whole answer though a stream was asked for
)


@dataclass(frozen=True, slots=True)
class Script:
    """How one request is answered."""

    said: Said = "The documents do not answer this question."
    failure: str = ""
    thoughts: tuple[str, ...] = ()
    prompt_tokens: int = 0
    retry_after: str = ""
    seconds: float = 0.2
    detail: str = ""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    owner: OpenAIServer

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""

    def do_GET(self) -> None:
        self.owner.paths.append(f"GET {self.path}")
        self._send_json(self.owner.describe(self.path))

    def do_POST(self) -> None:
        self.owner.paths.append(f"POST {self.path}")
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        if self.path not in ("/v1/chat/completions", "/v1/completions"):
            self._send_json(self.owner.describe(self.path))
            return
        self.owner.headers.append({name.lower(): value for name, value in self.headers.items()})
        script = self.owner.script_for(body)
        try:
            self._answer(body, script)
        except OSError:
            self.owner.disconnected.set()
        self.close_connection = True

    def _answer(self, body: Body, script: Script) -> None:
        failure = script.failure
        if failure in STATUSES:
            self._fail(script)
            return
        if failure in ("silent", "slow_first"):
            self._wait(60 if failure == "silent" else script.seconds)
        if failure == "html":
            self._send(200, b"<!doctype html><title>Welcome</title>", "text/html; charset=utf-8")
        elif failure == "not_streaming" or not body.get("stream"):
            self._send_json(self._whole(body, script))
        else:
            self._stream(body, script)

    def _fail(self, script: Script) -> None:
        status = 400 if script.failure == "overflow" else int(script.failure)
        headers = {"Retry-After": script.retry_after} if script.retry_after else {}
        if status == 301:
            headers["Location"] = "https://elsewhere.invalid/v1"
        error = {"error": {"message": script.detail or STATUSES[script.failure], "type": "invalid_request_error"}}
        self._send(status, json.dumps(error).encode(), "application/json", headers)

    def _whole(self, body: Body, script: Script) -> Body:
        text = "" if script.failure == "empty" else "".join(_pieces(script, body))
        said = {"message": {"role": "assistant", "content": text}} if self._is_chat() else {"text": text}
        reason = "length" if script.failure == "cut" else "stop"
        usage = {"prompt_tokens": script.prompt_tokens, "completion_tokens": 1, "total_tokens": 1}
        return {**_head(body), "choices": [{"index": 0, "finish_reason": reason, **said}], "usage": usage}

    def _stream(self, body: Body, script: Script) -> None:
        failure = script.failure
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for thought in script.thoughts:
            self._event({**_head(body), "choices": [{"index": 0, "delta": {"reasoning_content": thought}}]})
        for piece in _pieces(script, body) if failure not in ("empty", "malformed", "nonsense") else ():
            if failure == "drip":
                self._wait(script.seconds)
            self.owner.written.append(time.perf_counter())
            self._event({**_head(body), "choices": [self._choice(piece)]})
            self._look_for_the_client()
        if failure == "drop":
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if failure == "stall":
            self._wait(60)
        elif failure == "malformed":
            self._chunk(b'data: {"choices": [{"del\n\n')
        elif failure == "nonsense":
            self._event({"choices": {"text": 7}})
        elif failure == "error_inside":
            self._event({"error": {"message": script.detail or "The model crashed.", "type": "server_error"}})
        elif failure not in ("ends_early", "empty"):
            self._event({**_head(body), "choices": [{**self._choice(""), "finish_reason": _reason(failure)}]})
            if (body.get("stream_options") or {}).get("include_usage"):
                usage = {"prompt_tokens": script.prompt_tokens, "completion_tokens": 1, "total_tokens": 1}
                self._event({**_head(body), "choices": [], "usage": usage})
        if failure != "ends_early":
            self._chunk(b"data: [DONE]\n\n")
        self._chunk(b"")

    def _choice(self, piece: str) -> Body:
        return {
            "index": 0,
            "finish_reason": None,
            **({"delta": {"content": piece}} if self._is_chat() else {"text": piece}),
        }

    def _is_chat(self) -> bool:
        return self.path.endswith("/chat/completions")

    def _event(self, data: Body) -> None:
        self._chunk(b"data: " + json.dumps(data).encode() + b"\n\n")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def _wait(self, seconds: float) -> None:
        """Waits; raises OSError as soon as the client is gone."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not self.owner.closing.is_set():
            self._look_for_the_client(min(left, 0.02))

    def _look_for_the_client(self, seconds: float = 0) -> None:
        """A client that waits for an answer sends nothing, so anything to be read is its leaving."""
        if select.select([self.connection], [], [], seconds)[0] or self.owner.closing.is_set():
            raise ConnectionAbortedError

    def _send_json(self, data: Body | None) -> None:
        if data is None:
            self._send(404, b'{"error": {"message": "not found"}}', "application/json")
        else:
            self._send(200, json.dumps(data).encode(), "application/json")

    def _send(self, status: int, data: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        with contextlib.suppress(BrokenPipeError):
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)


def _pieces(script: Script, body: Body) -> Iterator[str]:
    if script.failure in ("endless", "drip"):
        yield from (f"{number} " for number in count())
    if script.failure == "blank":
        yield from (" ", "\n", "  ")
        return
    said = script.said(body) if callable(script.said) else script.said
    yield from _words(said)


def _words(said: str | list[str]) -> list[str]:
    """A text in pieces as a model writes it, word by word; a list is taken as it is."""
    return [word + " " for word in said.split(" ")[:-1]] + [said.split(" ")[-1]] if isinstance(said, str) else said


def _head(body: Body) -> Body:
    return {"id": "fake", "object": "chat.completion.chunk", "created": 1, "model": body.get("model")}


def _reason(failure: str) -> str:
    return "length" if failure == "cut" else "stop"
