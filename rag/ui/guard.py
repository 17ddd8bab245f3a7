"""Who may speak to the chat, and how: accounts, where a request may come from, and what goes with every response.

ASGI middleware around everything: the page, Gradio's own interface and the panels' requests.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import ipaddress
import json
import time
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import rag

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Gradio writes scripts and styles into its page and compiles templates. What a document says never
# gets that far; and whatever did, could not speak to any other host.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; base-uri 'self';"
    " form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)
_HEALTH = "/healthz"
_FAILURES = 10  # wrong passwords from one address within a minute, after which it must wait
_MINUTE = 60.0
_ADDRESSES = 10_000  # of which failures are remembered


@dataclass(frozen=True, slots=True)
class Account:
    """A name and its password, kept as a hash: nothing of it is shown by accident."""

    user: str
    digest: bytes

    @classmethod
    def read(cls, text: str) -> Account:
        """Of "user:password". Raises SettingsError."""
        user, colon, password = text.partition(":")
        if not colon or not user.strip() or not password:
            raise rag.SettingsError("An account is written USER:PASSWORD, neither of them empty.")
        return cls(user.strip(), _digest(password))


class Guard:
    """Lets through whom it may, and tells the rest why not."""

    def __init__(self, app: ASGIApp, accounts: Sequence[Account], host: str, health: dict[str, str]) -> None:
        """`host`: where the chat listens; `health`: what /healthz says, changed from outside."""
        self._app = app
        self._accounts = {account.user: account.digest for account in accounts}
        self._hosts = {"localhost", "127.0.0.1", "::1", host} if is_loopback(host) else set()
        self._health = health
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        refused = self._refused(scope, headers)
        if refused is not None:
            await _answer(scope, secured, *refused)
        elif scope.get("path") == _HEALTH:
            status = 200 if self._health["status"] == "ready" else 503
            await _answer(scope, secured, status, self._health, {})
        else:
            await self._app(scope, receive, secured)

    def _refused(self, scope: Scope, headers: dict[str, str]) -> tuple[int, dict[str, str], dict[str, str]] | None:
        """The status, what is said and the headers of a refusal; None: there is none."""
        host = _name_of(headers.get("host", ""))
        if self._hosts and host not in self._hosts:
            return 421, {"detail": "This chat is not served under that name: open it as http://localhost."}, {}
        if scope.get("method", "GET") not in ("GET", "HEAD", "OPTIONS") and not _is_own(headers):
            return 403, {"detail": "Another page may not do this here."}, {}
        if scope.get("path") == _HEALTH or not self._accounts:
            return None
        return self._unknown(scope, headers)

    def _unknown(self, scope: Scope, headers: dict[str, str]) -> tuple[int, dict[str, str], dict[str, str]] | None:
        address = (scope.get("client") or ("", 0))[0]
        now = time.monotonic()
        failed = self._failures.get(address, deque())
        while failed and now - failed[0] > _MINUTE:
            failed.popleft()
        if len(failed) >= _FAILURES:
            wait = str(max(1, round(_MINUTE - (now - failed[0]))))
            return 429, {"detail": "Too many wrong passwords. Wait a minute."}, {"retry-after": wait}
        user, password = _credentials(headers.get("authorization", ""))
        # As long for a name that is not there as for a wrong password.
        known = hmac.compare_digest(self._accounts.get(user, b"\0" * 32), _digest(password))
        if known and user in self._accounts:
            self._failures.pop(address, None)
            scope.setdefault("state", {})["user"] = user
            return None
        if "authorization" in headers:
            self._failures[address] = failed
            self._failures.move_to_end(address)
            failed.append(now)
            while len(self._failures) > _ADDRESSES:
                self._failures.popitem(last=False)
        return 401, {"detail": "A name and a password are wanted."}, {"www-authenticate": 'Basic realm="Footnote"'}


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _is_own(headers: dict[str, str]) -> bool:
    """Whether a request that changes something comes from the chat's own page, or from no page at all."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host", "")


def _name_of(host: str) -> str:
    """The name of a Host header, without its port."""
    return urlsplit(f"//{host}").hostname or ""


def _credentials(header: str) -> tuple[str, str]:
    kind, _, coded = header.partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        user, _, password = base64.b64decode(coded.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, password


def _digest(password: str) -> bytes:
    return hashlib.sha256(password.encode("utf-8", "surrogatepass")).digest()


async def _answer(scope: Scope, send: Send, status: int, said: dict[str, str], headers: dict[str, str]) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    body = json.dumps(said).encode()
    sent = {"content-type": "application/json", "content-length": str(len(body)), **headers}
    coded = [(name.encode(), value.encode()) for name, value in sent.items()]
    await send({"type": "http.response.start", "status": status, "headers": coded})
    await send({"type": "http.response.body", "body": b"" if scope.get("method") == "HEAD" else body})
