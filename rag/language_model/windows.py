"""How many tokens a server gives a model: each kind of server tells it in a place of its own, some nowhere."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

OLLAMA_DEFAULT = 4096
_NUM_CTX = re.compile(r"^num_ctx\s+(\d{1,9})\s*$", re.MULTILINE)
_SERVED = ("max_model_len", "context_length", "context_window")


@dataclass(frozen=True, slots=True)
class Window:
    """A number of tokens, how it is known (for readers), and whether it will stay."""

    tokens: int
    known: str
    is_sure: bool = True


Get = Callable[..., Any]


DEFAULT = Window(4096, "assumed, since the server does not say")


def ask_for_window(get: Get, base: str, model: str) -> Window:
    """What the server says, asked in turn as vLLM, llama.cpp, LM Studio and Ollama are; DEFAULT where it does not.

    `get(url)` gives the JSON there or None, `get(url, sent)` the same for what is posted; what it raises goes through.
    """
    root = base.removesuffix("/v1").rstrip("/")
    for ask in (_listed, _llama_cpp, _lm_studio, _ollama_loaded, _ollama_shown):
        with contextlib.suppress(LookupError, TypeError, AttributeError):
            if found := ask(get, base if ask is _listed else root, model):
                return found
    return DEFAULT


def model_names(listing: Any) -> list[str]:
    """The models that /v1/models lists, in its order."""
    return [str(entry["id"]) for entry in _entries(listing, "data") if isinstance(entry.get("id"), str)]


def _listed(get: Get, base: str, model: str) -> Window | None:
    """vLLM, and hosts such as OpenRouter and Groq, say it where they list the model."""
    for entry in _entries(get(f"{base}/models"), "data"):
        if entry.get("id") == model:
            for name in _SERVED:
                if tokens := _tokens(entry.get(name)):
                    return Window(tokens, "as the server says")
    return None


def _llama_cpp(get: Get, root: str, model: str) -> Window | None:
    """llama.cpp serves one model, and says what each of its slots has."""
    properties = get(f"{root}/props")
    tokens = _tokens(properties["default_generation_settings"]["n_ctx"])
    return Window(tokens, "as the server says") if tokens else None


def _lm_studio(get: Get, root: str, model: str) -> Window | None:
    """LM Studio says how it loaded the model; before that only what the model could take."""
    for entry in _entries(get(f"{root}/api/v0/models"), "data"):
        if entry.get("id") == model:
            if tokens := _tokens(entry.get("loaded_context_length")):
                return Window(tokens, "as the server says")
            most = _tokens(entry.get("max_context_length")) or OLLAMA_DEFAULT
            return Window(min(most, OLLAMA_DEFAULT), "LM Studio's default until it has loaded the model", False)
    return None


def _ollama_loaded(get: Get, root: str, model: str) -> Window | None:
    """Ollama says how it loaded the model."""
    for entry in _entries(get(f"{root}/api/ps"), "models"):
        if _untagged(model) in (_untagged(str(entry.get("model"))), _untagged(str(entry.get("name")))):
            tokens = _tokens(entry.get("context_length"))
            return Window(tokens, "as the server says") if tokens else None
    return None


def _ollama_shown(get: Get, root: str, model: str) -> Window | None:
    """A model that is not loaded: what its own file sets, or Ollama's default, which cuts longer prompts silently.

    What the model was trained for is more, mostly, and is not what Ollama gives it.
    """
    shown = get(f"{root}/api/show", {"model": model})
    if set_by_model := _NUM_CTX.search(str(shown.get("parameters") or "")):
        return Window(int(set_by_model.group(1)), "as the model's file on the server says")
    trained = next(_trained(shown.get("model_info")), OLLAMA_DEFAULT)
    return Window(min(trained, OLLAMA_DEFAULT), "Ollama's default until it has loaded the model", False)


def _trained(info: Any) -> Iterator[int]:
    for name, value in info.items() if isinstance(info, dict) else ():
        if name.endswith(".context_length") and (tokens := _tokens(value)):
            yield tokens


def _entries(listing: Any, name: str) -> list[dict[str, Any]]:
    entries = listing.get(name) if isinstance(listing, dict) else None
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _tokens(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _untagged(model: str) -> str:
    return model.removesuffix(":latest")
