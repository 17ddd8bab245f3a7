"""The language model that the settings name: any server that speaks OpenAI's protocol."""

from __future__ import annotations

import ipaddress
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rag.errors import SettingsError
from rag.language_model import LanguageModel
from rag.language_model.calls import UNDER_WAY
from rag.language_model.failures import NotInPieces, NotTheProtocol
from rag.language_model.reply import TOTAL
from rag.language_model.windows import DEFAULT, Window, ask_for_window, model_names
from rag.settings import Settings

if TYPE_CHECKING:
    import httpx

OPENAI = "https://api.openai.com/v1"
_LARGEST_REPLY = 4_000_000
_ENDINGS = ("/chat/completions", "/completions", "/models")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server and one model of it. Nothing is asked until a method is called."""

    base: str
    host: str
    """The server's name and port, without a password: fit for a reader."""
    model: str
    key: str = field(repr=False)
    client: httpx.Client = field(repr=False)

    def models(self) -> list[str]:
        """The names of the models that the server lists; none where it does not say."""
        return model_names(self._get(f"{self.base}/models"))

    def window(self) -> Window:
        """How many tokens the server gives the model, or a cautious default where it does not say."""
        import httpx

        if self.base == OPENAI:
            return _openai_window(self.model)
        try:
            return ask_for_window(self._get, self.base, self.model)
        except httpx.TransportError:
            return Window(DEFAULT.tokens, "assumed, since the server does not answer", is_sure=False)

    def _get(self, url: str, sent: dict[str, str] | None = None) -> Any:
        """The JSON at an address (by POST where something is sent); None where there is none."""
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        method = "POST" if sent else "GET"
        with self.client.stream(method, url, json=sent, headers=headers, timeout=3.0) as response:
            if response.status_code != 200 or "json" not in response.headers.get("content-type", ""):
                return None
            body = b""
            for part in response.iter_bytes():
                body += part
                if len(body) > _LARGEST_REPLY:
                    return None
        try:
            return json.loads(body)
        except ValueError:
            return None


def connect(settings: Settings) -> LanguageModel:
    """The language model that the settings name. Makes no request.

    Raises SettingsError, naming the variable, where there is no model or its address cannot be one.
    """
    model, key = settings.llm_model.strip(), settings.llm_api_key.strip()
    if not model:
        raise SettingsError("RAG_LLM_MODEL is empty: set it to the name of a model that the server has.")
    if not key.isascii() or not key.isprintable() or " " in key:
        raise SettingsError("RAG_LLM_API_KEY has characters that no key has: copy it again.")
    base = _base(settings.llm_base_url)
    if base == OPENAI and not key:
        raise SettingsError(
            "RAG_LLM_BASE_URL is empty, which means OpenAI's own server, and that needs RAG_LLM_API_KEY: "
            "set one of the two."
        )
    place = urlsplit(base)
    client = _client(str(place.hostname), settings.llm_seconds)
    return LanguageModel(
        _openai_like(base, model, key, client, settings),
        window=settings.llm_window,
        answer_tokens=settings.llm_answer_tokens,
        seconds=settings.llm_seconds,
        endpoint=Endpoint(base, place.netloc, model, key, client),
    )


def check(settings: Settings) -> str:
    """Asks the model of the settings for one word and gives it. Raises SettingsError, or NoAnswer with the reason."""
    return connect(settings).probe()


def _openai_like(base: str, model: str, key: str, client: httpx.Client, settings: Settings) -> Any:
    import openai.resources.chat  # noqa: F401  the client would load it while the first question waits
    from llama_index.llms.openai_like import OpenAILike
    from openai.types.chat import ChatCompletionChunk

    # Its validators are built at the first use, which would otherwise be the first piece of the first answer.
    ChatCompletionChunk.construct(id="", choices=[{"index": 0, "delta": {"content": ""}}])
    try:
        return OpenAILike(
            model=model,
            api_base=base,
            api_key=key or "none",  # never empty: then the client would look for OpenAI's key in the environment
            is_chat_model=True,
            context_window=settings.llm_window or 4096,
            temperature=0.0,
            max_retries=0,
            timeout=float(TOTAL * settings.llm_seconds),
            http_client=client,
        )
    except ValueError as error:
        raise SettingsError(f"RAG_LLM_MODEL is {model!r}, which cannot be chatted with: {error}") from None


def _base(url: str) -> str:
    """The address without a slash at its end. Raises SettingsError where it cannot be one; a password is not told."""
    url = url.strip().rstrip("/")
    if not url:
        return OPENAI
    example = "it must be like http://localhost:11434/v1"
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        good = False
        parts = None
    if "@" in url:
        raise SettingsError(f"RAG_LLM_BASE_URL holds a user or a password: {example}, and RAG_LLM_API_KEY has the key.")
    if not good or parts is None or not url.isprintable() or " " in url:
        raise SettingsError(f"RAG_LLM_BASE_URL is {url!r}: {example}.")
    if parts.query or parts.fragment:
        raise SettingsError(f"RAG_LLM_BASE_URL has a part after ? or #: {example}.")
    if parts.path.endswith(_ENDINGS):
        raise SettingsError(f"RAG_LLM_BASE_URL is {url!r}: leave out what follows /v1; {example}.")
    return url


def _client(host: str, seconds: float) -> httpx.Client:
    """A client that keeps no connection, sends nothing on elsewhere, and notes its sockets for a stop.

    A model on this machine is asked without a proxy. Raises SettingsError where the environment's proxy cannot be used.
    """
    import httpx

    limits = httpx.Limits(max_keepalive_connections=0)
    try:
        return httpx.Client(
            timeout=httpx.Timeout(TOTAL * seconds + 1, connect=min(seconds, 10)),
            limits=limits,
            follow_redirects=False,
            transport=httpx.HTTPTransport(limits=limits) if _is_this_machine(host) else None,
            event_hooks={"request": [_note_sockets], "response": [_look_at_type]},
        )
    except (ImportError, ValueError, httpx.InvalidURL) as error:
        reason = str(error).split(". ")[0].rstrip(".")
        raise SettingsError(f"The environment's proxy (HTTPS_PROXY, ALL_PROXY) cannot be used: {reason}.") from None


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _note_sockets(request: httpx.Request) -> None:
    """Has the connection of this request closed when its call is stopped, whatever it waits for by then."""
    call = UNDER_WAY.get()
    if call is None:
        return

    def trace(event: str, info: dict[str, Any]) -> None:
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            call.hold(info["return_value"].get_extra_info("socket"))

    request.extensions["trace"] = trace


def _look_at_type(response: httpx.Response) -> None:
    """Tells at once, where a stream was asked for, a web page and an answer that is whole."""
    if response.status_code != 200 or UNDER_WAY.get() is None:
        return
    kind = response.headers.get("content-type", "").lower()
    if "html" in kind:
        raise NotTheProtocol("a web page")
    if "json" in kind and b'"stream":true' in response.request.content.replace(b" ", b"")[-4000:]:
        raise NotInPieces("a whole answer")


def _openai_window(model: str) -> Window:
    from llama_index.llms.openai.utils import openai_modelname_to_contextsize

    try:
        return Window(openai_modelname_to_contextsize(model), "as OpenAI says")
    except ValueError:
        return DEFAULT
