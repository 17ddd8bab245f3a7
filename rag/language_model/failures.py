"""Why a language model gave no answer, each reason as one sentence that a person can act on.

Exceptions are told apart by their names and by what they carry, along the chain of their causes: so a model that
another library speaks to (httpx, requests, an SDK) is explained as ours is, and none of them need be imported here.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from json import JSONDecodeError
from typing import Literal

from rag.errors import LanguageModelError

Kind = Literal[
    "unreachable",  # nobody answers there: refused, unknown host, no route
    "certificate",  # https cannot be agreed upon
    "key",  # 401, 403
    "model",  # 404: no such model, or no such address
    "busy",  # 429
    "server",  # it failed, or says that it did
    "silent",  # nothing came within the limit
    "stalled",  # it began, and then nothing came
    "slow",  # it wrote to the end of the whole limit
    "dropped",  # the connection ended before the answer did
    "malformed",  # what came is not the protocol
    "empty",  # it ended without a word
    "endless",  # it wrote more than an answer may have
    "overflow",  # it takes fewer tokens than it was sent
    "other",
]

_OVERFLOW = re.compile(
    r"context[ _-]?(?:length|window|size)|max_model_len|maximum input|prompt (?:is|was) too long|input is too long"
    r"|too many (?:input )?tokens|max_new_tokens",
    re.IGNORECASE,
)
_SECRETS = re.compile(
    r"\b(?:sk|pk|rk|gsk|xai|hf|nvapi|AIza|Bearer\s)[-_A-Za-z0-9.*]{6,}|(?<=key=)[^\s&'\"]+|(?<=token=)[^\s&'\"]+"
)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e]+")


class NoAnswer(LanguageModelError):
    """A language model did not answer, or not to the end; `kind` tells why, for a program."""

    def __init__(self, kind: Kind, sentence: str) -> None:
        super().__init__(sentence)
        self.kind: Kind = kind


class NotTheProtocol(Exception):
    """What answers is no language model: `str` says what it sent."""


class NotInPieces(NotImplementedError):
    """The server gave the whole answer at once though it was asked for a stream."""


@dataclass(frozen=True, slots=True)
class Place:
    """Who was asked, as a reader may be told."""

    name: str
    host: str = ""
    """Where ours answers; empty for an LLM that was given to us, whose address we do not know."""
    key: str = field(default="", repr=False)
    models: Callable[[], Sequence[str]] = field(default=tuple, repr=False)
    """The models that the server lists. Asks it."""

    def __str__(self) -> str:
        return f"{self.name} at {self.host}" if self.host else f"The language model {self.name}"

    @property
    def server(self) -> str:
        """The place without the model: its host."""
        return self.host or str(self)

    def remedy(self, ours: str, theirs: str = "look at how the LLM was set up") -> str:
        """What to do: a setting of ours, or something about the LLM that was given."""
        return ours if self.host else theirs


def explain(error: BaseException, place: Place, seconds: float) -> NoAnswer:
    """The sentence for whatever was raised while a model was asked. May ask the server for its models, briefly."""
    chain = list(causes(error))
    for cause in chain:
        if isinstance(cause, NoAnswer):
            return cause
    status = next((found for cause in chain if (found := status_of(cause))), 0)
    if status:
        return _by_status(status, error, place)
    return _of_the_connection(chain, place, seconds) or _of_the_text(chain, place)


def status_of(error: BaseException) -> int:
    """The HTTP status that an exception carries; 0 where it has none."""
    for holder in (error, getattr(error, "response", None)):
        status = getattr(holder, "status_code", None)
        if isinstance(status, int) and status >= 300:
            return status
    return 0


def is_overflow(error: BaseException) -> bool:
    """Whether a server says that it was sent more than its model takes."""
    return bool(_OVERFLOW.search(str(error)))


def asks_to_wait(error: BaseException) -> float | None:
    """The seconds that a busy server asks to wait (Retry-After, a number or a date); None where it does not say."""
    headers = getattr(getattr(error, "response", None), "headers", None)
    if status_of(error) not in (429, 503) or headers is None:
        return None
    value = str(headers.get("retry-after") or "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", value):
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


def _by_status(status: int, error: BaseException, place: Place) -> NoAnswer:
    said = _said(error, place)
    if status in (401, 403):
        reason = f"refused the key ({status})" if place.key else f"asks for a key ({status})"
        return NoAnswer("key", f"{place.server} {reason}: {place.remedy('set RAG_LLM_API_KEY to one that it takes')}.")
    if status == 404:
        return NoAnswer("model", _not_found(place))
    if status == 413 or (status in (400, 422) and is_overflow(error)):
        return overflow(place, said)
    if status == 429:
        wait = asks_to_wait(error)
        when = f"asks to wait {wait:.0f} s" if wait is not None else "has had too many requests"
        return NoAnswer("busy", f"{place} {when} (429{said}): ask again later, or see to the quota there.")
    if 300 <= status < 400:
        where = place.remedy("correct RAG_LLM_BASE_URL")
        return NoAnswer("other", f"{place.server} sends elsewhere ({status}), and questions are not sent on: {where}.")
    if status >= 500:
        return NoAnswer("server", f"{place} failed ({status}{said}): try again, or look into the server's log.")
    return NoAnswer("other", f"{place} did not accept the question ({status}{said}): {place.remedy(_SETTINGS)}.")


_SETTINGS = "look at RAG_LLM_MODEL and RAG_LLM_BASE_URL"


def _not_found(place: Place) -> str:
    if not place.host:
        return f"{place} is not known where it was asked for (404): look at how the LLM was set up."
    listed = list(place.models())
    if place.name in listed:
        return f"{place.host} lists {place.name} but will not chat with it (404): choose another RAG_LLM_MODEL."
    if listed:
        more = f" and {len(listed) - 8} more" if len(listed) > 8 else ""
        names = ", ".join(listed[:8]) + more
        return f"{place.host} has no model {place.name} (404): set RAG_LLM_MODEL to one that it has: {names}."
    return (
        f"{place.host} has no model {place.name}, or nothing at that address (404): correct RAG_LLM_MODEL, "
        "or RAG_LLM_BASE_URL, which mostly ends in /v1."
    )


def overflow(place: Place, said: str = "") -> NoAnswer:
    """The model takes fewer tokens than it was sent."""
    remedy = place.remedy("set RAG_LLM_WINDOW to what it takes", "give the LLM its true context window")
    return NoAnswer("overflow", f"{place} does not take as much as the question with its passages{said}: {remedy}.")


def _of_the_connection(chain: list[BaseException], place: Place, seconds: float) -> NoAnswer | None:
    names = {cls.__name__ for cause in chain for cls in type(cause).__mro__}
    address = place.remedy("correct RAG_LLM_BASE_URL", "look at the address that the LLM was set up with")
    for cause in chain:
        if isinstance(cause, socket.gaierror):
            sentence = f"The address of {place.server} cannot be found: {address}, or see to the network."
            return NoAnswer("unreachable", sentence)
        if isinstance(cause, ssl.SSLCertVerificationError):
            remedy = "set SSL_CERT_FILE to the certificate of its authority"
            return NoAnswer("certificate", f"The certificate of {place.server} is not to be trusted: {remedy}.")
        if isinstance(cause, ssl.SSLError):
            sentence = f"{place.server} does not speak https: {address}, which may have to begin with http://."
            return NoAnswer("certificate", sentence)
    if names & {
        "ConnectionRefusedError",
        "ConnectTimeout",
        "ConnectError",
        "ConnectTimeoutError",
        "NewConnectionError",
    }:
        return NoAnswer("unreachable", f"Nothing answers at {place.server}: start the server there, or {address}.")
    if any("timeout" in name.lower() for name in names):
        return silent(place, seconds)
    if names & {"RemoteProtocolError", "ReadError", "WriteError", "ConnectionError", "ChunkedEncodingError"}:
        return dropped(place)
    return None


def _of_the_text(chain: list[BaseException], place: Place) -> NoAnswer:
    for cause in chain:
        if isinstance(cause, NotTheProtocol):
            return malformed(place, str(cause))
        if isinstance(cause, (JSONDecodeError, UnicodeDecodeError)):
            return malformed(place, "something that is not JSON")
    error = chain[0]
    if is_overflow(error):
        return overflow(place, _said(error, place))
    if any(cls.__name__ == "APIError" for cls in type(error).__mro__):
        said = _said(error, place).removeprefix(": ") or "an error"
        return NoAnswer("server", f"{place} broke off ({said}): try again, or look into the server's log.")
    if place.host and isinstance(error, (TypeError, AttributeError, LookupError, ValueError)):
        return malformed(place, "something that is not OpenAI's protocol")
    return NoAnswer("other", f"{place} failed with {type(error).__name__}{_said(error, place)}.")


def malformed(place: Place, sent: str) -> NoAnswer:
    """What came is not the protocol."""
    remedy = place.remedy("correct RAG_LLM_BASE_URL, which mostly ends in /v1")
    return NoAnswer("malformed", f"{place.server} sent {sent} in place of an answer: {remedy}.")


def silent(place: Place, seconds: float) -> NoAnswer:
    """Nothing came at all."""
    return NoAnswer("silent", f"{place} said nothing within {seconds:g} s: {_patience(place)}.")


def stalled(place: Place, seconds: float) -> NoAnswer:
    """It began, and then nothing came."""
    return NoAnswer("stalled", f"{place} stopped in the middle and said nothing for {seconds:g} s: {_patience(place)}.")


def slow(place: Place, seconds: float) -> NoAnswer:
    """The limit for the whole answer is over."""
    return NoAnswer("slow", f"{place} was not done after {seconds:g} s: {_patience(place)}.")


def _patience(place: Place) -> str:
    return "try again, take a smaller model, or " + place.remedy("raise RAG_LLM_SECONDS", "allow it more time")


def dropped(place: Place) -> NoAnswer:
    """The connection ended before the answer did."""
    sentence = f"{place} closed the connection before its answer was done: try again, or look into the server's log."
    return NoAnswer("dropped", sentence)


def empty(place: Place, tokens: int, thought: bool, cut: bool) -> NoAnswer:
    """It ended without a word of an answer; it may have spent its tokens on thoughts."""
    if thought:
        remedy = place.remedy("raise RAG_LLM_ANSWER_TOKENS", "allow it longer answers")
        spent = f"spent all its {tokens} tokens on thoughts" if cut else "ended after its thoughts"
        return NoAnswer("empty", f"{place} {spent} and gave no answer: {remedy}, or turn its thinking off.")
    return NoAnswer("empty", f"{place} gave an empty answer: try again, or take another model.")


def endless(place: Place, tokens: int) -> NoAnswer:
    """It wrote more than an answer may have."""
    remedy = place.remedy("raise RAG_LLM_ANSWER_TOKENS if you want longer answers", "limit its answers")
    return NoAnswer("endless", f"{place} did not stop at the {tokens} tokens of an answer: {remedy}.")


def causes(error: BaseException) -> Iterator[BaseException]:
    """The exception, what caused it, what caused that …"""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__  # also where it is suppressed, as httpcore does with an OSError


def _said(error: BaseException, place: Place) -> str:
    """`: ` and the first sentence of what the server or the library said, without keys; empty where there is none."""
    body = getattr(error, "body", None)
    if isinstance(body, dict):
        inner = body.get("error")
        body = inner if isinstance(inner, dict) else body
        text = body.get("message") or inner or body.get("detail") or ""
    else:
        text = getattr(error, "message", None) or str(error)
    lines = text.strip()[:2000].splitlines() if isinstance(text, str) else []
    if not lines or lines[0].lstrip().startswith("<"):
        return ""
    line = re.split(r"(?<=[.!?]) ", lines[0].replace(place.key, "…") if place.key else lines[0])[0]
    line = _CONTROLS.sub(" ", _SECRETS.sub("…", line)).strip().rstrip(".:")
    return f": {line if len(line) <= 160 else line[:159].rstrip() + '…'}" if line else ""
