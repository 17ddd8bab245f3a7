"""Everything that can go wrong and that a person can do something about.

    RagError                  str(error) is fit for a reader: what happened, where, and what to do
      SettingsError           a setting has a value that cannot be used
      UnreadableDocument      a file, or a part of it, holds no text that can be had
      StoreError              the store cannot be used as it is
        StoreInUse            another process owns it
        StoreMismatch         it was made by another embedder or another version
      NotInStore              a document or passage that was asked for is not there
      ModelError              a model cannot be loaded, or its weights are not what they should be
        LanguageModelError    a language model cannot be asked, or did not answer as it should

Any other exception that leaves the package is a mistake of ours and keeps its traceback.
"""


class RagError(Exception):
    """The root: `str(error)` says what happened, where, and what to do."""


class SettingsError(RagError):
    """A setting has a value that cannot be used."""


class UnreadableDocument(RagError):
    """A file holds no text that can be had; the message is the reason, with the remedy."""


class StoreError(RagError):
    """The store cannot be used as it is."""


class StoreInUse(StoreError):
    """Another process owns the store."""


class StoreMismatch(StoreError):
    """The store was made by another embedder, or by another version of this package."""


class NotInStore(RagError):
    """A document or passage that was asked for is not in the store."""


class ModelError(RagError):
    """A model cannot be loaded, or its weights are not what they should be."""


class LanguageModelError(ModelError):
    """A language model cannot be asked, or did not answer as it should."""
