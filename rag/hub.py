"""Models that sentence-transformers reads: from this disk where they are there, else from the hub."""

from __future__ import annotations

import hashlib
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from rag.bert import fastest_arithmetic
from rag.errors import ModelError

HUB_SECONDS = 5


def read_model(kind: Literal["SentenceTransformer", "CrossEncoder"], name: str) -> Any:
    """The model in the folder `name`, or of that name in the local cache, or downloaded from the hub.

    Raises ModelError where it cannot be had.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        return _read(kind, str(folder), local=True)
    if folder.is_absolute() or name.startswith((".", "~")):
        raise ModelError(f"There is no model folder {folder}. Correct the path.")
    try:
        return _read(kind, name, local=True)
    except ModelError:
        _ask_the_hub(name)
        return _read(kind, name, local=False)


def hash_of_weights(name: str) -> str:
    """One hash of all weight files of a model that has been read."""
    digest = hashlib.sha256()
    for path in sorted(_folder(name).rglob("*")):
        if path.suffix in (".safetensors", ".bin"):
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def _read(kind: str, name: str, *, local: bool) -> Any:
    library = import_module("sentence_transformers")
    logging = import_module("transformers.utils.logging")
    verbosity = logging.get_verbosity()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    _, dtype = fastest_arithmetic()
    try:
        return getattr(library, kind)(
            name, local_files_only=local, trust_remote_code=False, model_kwargs={"dtype": dtype}
        )
    except Exception as problem:  # The files are a stranger's, and any of four libraries may stumble over them.
        raise ModelError(
            f"The model {name} cannot be read: {problem}. Check that it is a {kind} model and that it is complete."
        ) from problem
    finally:
        logging.set_verbosity(verbosity)
        logging.enable_progress_bar()


def _ask_the_hub(name: str) -> None:
    """One short request first: to download from a hub that is out of reach is tried for more than a minute."""
    from huggingface_hub import HfApi

    try:
        HfApi().model_info(name, timeout=HUB_SECONDS)
    except Exception as problem:  # The hub's client lets through the errors of whichever HTTP package it uses.
        raise ModelError(
            f"The model {name} is not a folder here, not in the local cache, and the hub did not give it "
            f"({problem}). Check the name and the connection, or name the folder of a model on this disk."
        ) from problem


def _folder(name: str) -> Path:
    """A path is itself; a hub name is in the hub's cache."""
    if (folder := Path(name).expanduser()).is_dir():
        return folder
    from huggingface_hub import try_to_load_from_cache

    for file in ("modules.json", "config.json"):
        if isinstance(path := try_to_load_from_cache(name, file), str):
            return Path(path).parent
    raise ModelError(f"The files of the model {name} are not in the hub's cache. Name its folder instead.")
