"""A fake of a server that speaks OpenAI's protocol: real HTTP on loopback, scripted, streaming, and able to fail.

    with OpenAIServer() as server:
        server.answers("The tide stood at 4.82 m. [1]")          # every answer from here on
        server.answers(["The tide ", "stood. [1]"], times=1)     # the next answer only, before those
        server.answers(lambda request: f"You said {request['messages'][-1]['content']}")
        server.fails("429", retry_after=1, times=1)
        Settings(llm_base_url=server.base_url, llm_model="fake-model")

What it was sent is in `requests`, when it wrote each piece in `written` (time.perf_counter), and `disconnected` is set
when a client leaves in the middle of an answer.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterable
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Literal

from openai_wire import FAILURES, Body, Handler, Said, Script

Kind = Literal["plain", "vllm", "llama.cpp", "lm-studio", "ollama"]


class OpenAIServer:
    """A server for one test, on a port of its own; use it with `with`."""

    def __init__(
        self,
        *,
        models: Iterable[str] = ("fake-model",),
        kind: Kind = "plain",
        window: int = 0,
        loaded: bool = True,
        certificate: Path | None = None,
    ) -> None:
        self.models, self.kind, self.window, self.loaded = tuple(models), kind, window, loaded
        self.requests: list[Body] = []
        """The bodies of the questions, in order."""
        self.headers: list[dict[str, str]] = []
        """Their headers, with names in small letters."""
        self.paths: list[str] = []
        """Each request of any kind, such as "GET /v1/models"."""
        self.written: list[float] = []
        """When each piece of an answer was written."""
        self.disconnected = threading.Event()
        """A client left in the middle of an answer."""
        self.closing = threading.Event()
        self._always = Script()
        self._next: list[Script] = []
        self._unwanted: list[str] = []
        self._lock = threading.Lock()
        self._http = _Quiet(("127.0.0.1", 0), type("Handler", (Handler,), {"owner": self}))
        self._scheme = "https" if certificate else "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._http.socket = context.wrap_socket(self._http.socket, server_side=True)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> OpenAIServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._http.server_address[1]}"

    @property
    def base_url(self) -> str:
        return f"{self._scheme}://{self.host}/v1"

    def answers(
        self, said: Said, *, times: int | None = None, thoughts: Iterable[str] = (), prompt_tokens: int = 0
    ) -> None:
        """Answers so: from here on, or the next `times` before that. `thoughts` go out as `reasoning_content`."""
        self._plan(Script(said, thoughts=tuple(thoughts), prompt_tokens=prompt_tokens), times)

    def fails(
        self,
        failure: str,
        *,
        times: int | None = None,
        retry_after: float | str = "",
        seconds: float = 0.2,
        said: Said = "The tide stood at",
        detail: str = "",
    ) -> None:
        """Fails in one of the ways of FAILURES; those that begin an answer begin with `said`."""
        assert failure in FAILURES
        self._plan(Script(said, failure, retry_after=str(retry_after), seconds=seconds, detail=detail), times)

    def rejects(self, *parameters: str) -> None:
        """Refuses requests with these parameters in their body, as a server does that does not know them."""
        self._unwanted += parameters

    def _plan(self, script: Script, times: int | None) -> None:
        with self._lock:
            if times is None:
                self._always = script
            else:
                self._next += [script] * times

    def script_for(self, body: Body) -> Script:
        """The script for one question, which is noted."""
        with self._lock:
            self.requests.append(body)
            for name in self._unwanted:
                if name in body:
                    return Script(failure="400", detail=f"Unsupported parameter: '{name}' is not supported.")
            return self._next.pop(0) if self._next else self._always

    def describe(self, path: str) -> Body | None:
        """What the server says of itself at a path: the models, and how many tokens they take."""
        entries: list[Body] = [{"id": name, "object": "model"} for name in self.models]
        if path == "/v1/models":
            if self.kind == "vllm":
                entries = [{**entry, "max_model_len": self.window} for entry in entries]
            return {"object": "list", "data": entries}
        if self.kind == "llama.cpp" and path == "/props":
            return {"default_generation_settings": {"n_ctx": self.window}}
        if self.kind == "lm-studio" and path == "/api/v0/models":
            sizes = {"loaded_context_length": self.window} if self.loaded else {}
            return {"data": [{**entry, "max_context_length": 131072, **sizes} for entry in entries]}
        if self.kind == "ollama" and path == "/api/ps":
            loaded = [{"model": f"{name}:latest", "context_length": self.window} for name in self.models]
            return {"models": loaded if self.loaded else []}
        if self.kind == "ollama" and path == "/api/show":
            parameters = f"stop  <end>\nnum_ctx    {self.window}" if self.window else ""
            return {"parameters": parameters, "model_info": {"llama.context_length": 131072}}
        return None


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that leaves is part of the tests."""
