"""Who may speak to a served library, and how: accounts, the store's token, where a request may come from, and what
goes with every response.

ASGI middleware around everything: the API, the page, Gradio's own interface and the panels' requests.
"""

from __future__ import annotations

import hmac
import ipaddress
import json
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rag.errors import StoreError
from rag.logs import note
from rag.serving.accounts import Account, Failures, identified

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Gradio writes scripts and styles into its page and compiles templates. What a document says never
# gets that far; and whatever did, could not speak to any other host.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; base-uri 'self';"
    " form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    b"content-security-policy": _POLICY.encode(),
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
}
API = "/v1"
"""Where programs ask; all below it is of this version of the API."""
_HEALTH = "/healthz"
_MOST = 1_000_000  # bytes of a request that brings no file


class Guard:
    """Lets through whom it may, and tells the rest why not.

    Who a request is from stands in its scope's `state` as `user`; without accounts nothing stands there. Who
    showed the store's token at the address for this machine's own programs is `at_home`.
    """

    def __init__(
        self,
        app: ASGIApp,
        accounts: Sequence[Account],
        host: str,
        health: Mapping[str, str],
        token: Callable[[], str],
        *,
        home: int = 0,
        names: Collection[str] = (),
        limits: Mapping[str, int | None] = MappingProxyType({}),
    ) -> None:
        """`host`: where it listens, and `names`: under which others it is known; `health`: what /healthz says,
        changed from outside; `token`: the store's; `home`: the port for this machine's own programs; `limits`: the
        bytes of a request to a path, where it may have more than others (None: the path sees to that itself).
        """
        self._app = app
        self._accounts = accounts
        self._failures = Failures()
        # A page of another name that resolves to this machine is not the chat's. Elsewhere names are not known.
        self._hosts = {"localhost", "127.0.0.1", "::1", _name_of(host), *names} if is_loopback(host) else set()
        self._health = health
        self._token = token
        self._home = home
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":  # nothing here speaks it
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        send = secured(send)
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        refusal = self._refusal(scope, path)
        if refusal is not None:
            said = refusal.as_error() if is_of_api(path) else {"detail": refusal.said}
            await _answer(scope, send, refusal.status, said, refusal.headers)
        elif path == _HEALTH:
            await _answer(scope, send, 200 if self._health["status"] == "ready" else 503, self._health)
        else:
            await self._app(scope, receive, _noted(send, scope, path))

    def _refusal(self, scope: Scope, path: str) -> _Refusal | None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        if len(hosts) > 1 or (self._hosts and _name_of(headers.get("host", "")) not in self._hosts):
            return _Refusal(
                421,
                "Nothing is served under this name. Open it as http://localhost with its port; where a proxy"
                " serves it, start it with --root-path https://NAME/PATH",
            )
        if scope["method"] not in ("GET", "HEAD") and not _is_own(headers):
            return _Refusal(403, "Another page may not do this. Do it in the chat's own page.")
        if any(character < " " for character in path):  # with a line feed it would pass by every route
            return _Refusal(404, "There is nothing here.")
        most = self._limits.get(path, _MOST)
        if most is not None and (refusal := _too_large(headers, most)):
            return refusal
        if path == _HEALTH:
            return None
        authorization = headers.get("authorization", "")
        if is_of_api(path) and self._shows_token(authorization):
            at_home = bool(self._home) and (scope.get("server") or ("", 0))[1] == self._home
            scope.setdefault("state", {})["at_home"] = at_home
            return None
        if self._accounts:
            return self._stranger(scope, authorization)
        return self._without_token(scope, authorization) if is_of_api(path) else None

    def _shows_token(self, authorization: str) -> bool:
        kind, _, shown = authorization.partition(" ")
        if kind.lower() != "bearer":
            return False
        try:
            return hmac.compare_digest(shown.strip().encode(), self._token().encode())
        except StoreError:  # nobody can show what cannot be read
            return False

    def _without_token(self, scope: Scope, authorization: str) -> _Refusal:
        address = (scope.get("client") or ("", 0))[0]
        if wait := self._failures.wait(address):
            return _Refusal(429, f"Too many wrong tokens. Try again in {wait} s.", {"retry-after": str(wait)})
        if authorization:
            self._failures.add(address)
        said = "Show the store's token, which is in its folder in the file `token`: Authorization: Bearer TOKEN"
        return _Refusal(401, said, {"www-authenticate": "Bearer"})

    def _stranger(self, scope: Scope, authorization: str) -> _Refusal | None:
        """Lets in who says a name with its password."""
        address = (scope.get("client") or ("", 0))[0]
        if wait := self._failures.wait(address):
            return _Refusal(429, f"Too many wrong passwords. Try again in {wait} s.", {"retry-after": str(wait)})
        user = identified(self._accounts, authorization)
        if user is not None:
            scope.setdefault("state", {})["user"] = user
            return None
        if authorization:  # a browser begins without
            self._failures.add(address)
        asked = {"www-authenticate": 'Basic realm="Footnote", charset="UTF-8"'}
        return _Refusal(401, "Log in with a name and its password.", asked)


@dataclass(frozen=True, slots=True)
class _Refusal:
    status: int
    said: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def as_error(self) -> dict[str, Any]:
        """In the form of the API."""
        return error_of(self.status, self.said)


def owner_of(request: HTTPConnection) -> str:
    """Whose name the guard says; "" for whoever showed the token, or uses the machine alone."""
    return str(request.scope.get("state", {}).get("user", ""))


def is_at_home(request: HTTPConnection) -> bool:
    """Whether a program of the same machine asks that has shown the store's token."""
    return bool(request.scope.get("state", {}).get("at_home"))


def is_of_api(path: str) -> bool:
    """Whether it is for programs: they get errors in another form, and show a token."""
    return path == API or path.startswith(f"{API}/")


def error_of(status: int, said: str) -> dict[str, Any]:
    """An error as OpenAI's interface tells it, which many programs know to read."""
    kinds = {400: "invalid_request_error", 401: "authentication_error", 403: "permission_error", 404: "not_found_error"}
    kinds |= {413: "invalid_request_error", 422: "invalid_request_error", 429: "rate_limit_error"}
    return {"error": {"message": said, "type": kinds.get(status, "server_error"), "param": None, "code": None}}


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def secured(send: Send) -> Send:
    """Sends the security headers with a response, in place of what it says itself, and lets streams through as
    they come. No response may be read by another origin's page, whatever Gradio allows.
    """

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = [
                (name, value)
                for name, value in message.get("headers", ())
                if name.lower() not in _HEADERS and not name.lower().startswith((b"access-control-", b"server"))
            ]
            message = {**message, "headers": [*own, *_HEADERS.items()]}
        await send(message)

    return sending


def _too_large(headers: Mapping[str, str], most: int) -> _Refusal | None:
    if "transfer-encoding" in headers:
        return _Refusal(411, "Send the request with its length.")
    length = headers.get("content-length", "0")
    if length.isdecimal() and int(length) <= most:
        return None
    return _Refusal(413, f"A request may have {most:,} bytes at most.")


def _is_own(headers: Mapping[str, str]) -> bool:
    """Whether a request that changes something comes from the chat's own page, or from no page at all.

    What a browser says of the site holds also behind a proxy that puts in a Host of its own.
    """
    if "sec-fetch-site" in headers:
        return headers["sec-fetch-site"] in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc.lower() == headers.get("host", "").lower()


def _name_of(host: str) -> str:
    """The name of a Host header, without its port."""
    if host.count(":") > 1 and not host.startswith("["):
        return host  # an IPv6 address as it is given on the command line
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _noted(send: Send, scope: Scope, path: str) -> Send:
    """Notes what a request came to; of its path only the beginning, since names of documents may follow."""
    began = time.perf_counter()

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            where = "/".join(path.split("/")[:3])
            taken = round(time.perf_counter() - began, 4)
            note("request", method=scope["method"], path=where, status=message["status"], seconds=taken)
        await send(message)

    return sending


async def _answer(
    scope: Scope, send: Send, status: int, said: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> None:
    body = json.dumps(dict(said)).encode()
    sent = {
        "content-type": "application/json",
        "content-length": str(len(body)),
        "cache-control": "no-store",
        **(headers or {}),
    }
    coded = [(name.encode(), value.encode()) for name, value in sent.items()]
    await send({"type": "http.response.start", "status": status, "headers": coded})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
