"""The answers that readers have before them, by the key that their links carry."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict

import rag
from rag.serving.opening import Opening

_KEY = re.compile(r"([a-z0-9]{1,32})-([1-9][0-9]{0,8})")
_MOST = 256  # answers that are kept at hand


def key_of(conversation_id: str, number: int) -> str:
    """The key of the answer of this number, counted from 1, of a conversation."""
    return f"{conversation_id}-{number}"


class Answers:
    """Answers at hand, each for its owner only: those being written, and those of the catalogue."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._kept: OrderedDict[tuple[str, str], rag.Turn] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, owner: str, key: str, turn: rag.Turn) -> None:
        """This is what stands under the key now."""
        with self._lock:
            self._kept[owner, key] = turn
            self._kept.move_to_end((owner, key))
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)

    def find(self, owner: str, key: str) -> rag.Turn:
        """The question and answer with this key. Raises NotInStore where this owner has none such."""
        with self._lock:
            kept = self._kept.get((owner, key))
        if kept is not None:
            return kept
        found = _KEY.fullmatch(key)
        if not found:
            raise rag.NotInStore("There is no such answer.")
        conversation = self._opening.library().conversations.open(found[1])
        if conversation.owner != owner:
            raise rag.NotInStore("There is no such answer.")
        for turn in conversation.turns:
            self.keep(owner, key_of(conversation.id, turn.number), turn)
            if turn.number == int(found[2]):
                return turn
        raise rag.NotInStore("There is no such answer.")

    def forget(self, owner: str, conversation_id: str) -> None:
        """Nothing of this conversation is at hand any more."""
        with self._lock:
            for kept in [kept for kept in self._kept if kept[0] == owner and kept[1].startswith(f"{conversation_id}-")]:
                del self._kept[kept]
