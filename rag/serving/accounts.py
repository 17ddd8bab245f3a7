"""Names and passwords, and how often one may guess."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import ipaddress
import math
import time
import unicodedata
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import rag

_GUESSES = 10  # wrong passwords from one address within a minute, after which it must wait
_MINUTE = 60.0
_ADDRESSES = 10_000  # of which failures are remembered
_NETWORK = 64  # bits of an IPv6 address: whoever has one has the whole network


@dataclass(frozen=True, slots=True)
class Account:
    """A name, and the hash of it with its password: nothing of a password is shown by accident."""

    user: str
    digest: bytes

    @classmethod
    def read(cls, text: str) -> Account:
        """Of "user:password". Raises SettingsError."""
        user, colon, password = text.strip().partition(":")
        if not (colon and user.strip() and password):
            raise rag.SettingsError("An account is written USER:PASSWORD, and neither is empty: --auth USER:PASSWORD")
        return cls(user.strip(), _digest(user.strip(), password))


def read_accounts(texts: Sequence[str]) -> list[Account]:
    """Of each "user:password". Raises SettingsError, also where a name is there twice."""
    accounts = [Account.read(text) for text in texts]
    users = [account.user for account in accounts]
    for user in users:
        if users.count(user) > 1:
            raise rag.SettingsError(f"The account {user} is given twice (--auth, RAG_CHAT_AUTH): leave one out.")
    return accounts


def identified(accounts: Sequence[Account], authorization: str) -> str | None:
    """Whose name and password an Authorization header has; None: nobody's.

    It takes as long for a name that is not there as for a wrong password.
    """
    digest = _digest(*_credentials(authorization))
    found = None
    for account in accounts:
        if hmac.compare_digest(account.digest, digest):
            found = account.user
    return found


class Failures:
    """The wrong passwords of the last minute by address, of the latest addresses."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._of: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, address: str) -> int:
        """How many seconds nothing from this address is looked at."""
        failed = self._of.get(_network(address))
        if failed is None or len(failed) < _GUESSES:
            return 0
        return max(0, math.ceil(failed[0] + _MINUTE - self._clock()))

    def add(self, address: str) -> None:
        """One more. A right password doesn't take it back: whoever has an account could guess another's."""
        network = _network(address)
        self._of.setdefault(network, deque(maxlen=_GUESSES)).append(self._clock())
        self._of.move_to_end(network)
        while len(self._of) > _ADDRESSES:
            self._of.popitem(last=False)


def _network(address: str) -> str:
    with suppress(ValueError):
        known = ipaddress.ip_address(address.partition("%")[0])
        if known.version == 6:
            return str(ipaddress.ip_network((int(known), _NETWORK), strict=False))
    return address


def _credentials(header: str) -> tuple[str, str]:
    kind, _, coded = header.partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        user, _, password = base64.b64decode(coded.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return user, password


def _digest(user: str, password: str) -> bytes:
    """One letter may be written with one character or two: keyboards differ."""
    text = unicodedata.normalize("NFC", f"{user}:{password}")
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
