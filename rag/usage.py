"""How the commands are called: what each takes, and what is wrong usage."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import rag
from rag.serving.options import add_chat_options, add_serving_options


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The options of a command line. Raises SystemExit, with status 2, for one that cannot be meant."""
    options = _parser().parse_args(arguments)
    if problem := _wrong(options):
        sys.stderr.write(f"rag {options.command}: {problem}\n")
        raise SystemExit(2)
    return options


def _wrong(options: argparse.Namespace) -> str:
    """What the parser does not see."""
    one_of = {"search": "query", "ask": "question"}.get(options.command)
    if one_of and (getattr(options, one_of) is None) == (options.batch is None):
        return f"give either a {one_of} or --batch FILE"
    if options.command == "ask" and options.batch is not None and options.conversation is not None:
        return "--conversation goes with one question, not with --batch"
    return ""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rag", description="Ask questions of a folder of documents; every sentence of an answer is footnoted."
    )
    parser.add_argument("--version", action="version", version=f"footnote-rag {rag.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    sync = _command(commands, "sync", "bring the store in step with folders and files")
    sync.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="folders or files; none: those synced before")
    sync.add_argument("--watch", action="store_true", help="go on, and sync again whenever something changes")
    _json(sync)

    search = _command(commands, "search", "find the passages nearest to a question")
    search.add_argument("query", nargs="?", help="what to look for")
    search.add_argument("-k", type=_count, default=None, help="how many passages (default: RAG_PASSAGES or 8)")
    search.add_argument("--batch", metavar="FILE", help='JSON Lines of {"id", "text"}, - for standard input')
    _filters(search)
    _json(search)

    ask = _command(commands, "ask", "answer a question, each sentence with its footnote")
    ask.add_argument("question", nargs="?", help="the question")
    ask.add_argument("--batch", metavar="FILE", help='JSON Lines of {"id", "question"}, - for standard input')
    ask.add_argument(
        "--writer",
        choices=["extractive", "llm"],
        default=None,
        help="the documents' own sentences, or the language model of RAG_LLM_MODEL (default: llm where that is set)",
    )
    ask.add_argument(
        "--conversation", metavar="NAME", help="go on with this conversation, or begin it; the answer is kept there"
    )
    ask.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NAME",
        help="only this document or folder: a title, a file name, or the beginning of one; may be given again",
    )
    ask.add_argument("-k", type=_count, default=None, help="how many passages to answer from")
    _filters(ask)
    _json(ask)

    check = _command(
        commands,
        "check",
        "check sentences against sources, without a store",
        "Exit status: 0 where everything is supported, 1 where something is not; with --batch, 0 when it ran.",
    )
    check.add_argument("claim", nargs="?", help="the sentence to check")
    check.add_argument("--answer", type=Path, metavar="FILE", help="check a text sentence by sentence")
    check.add_argument("--source", type=Path, action="append", default=[], metavar="FILE", help="what must support it")
    check.add_argument("--text", action="append", default=[], metavar="TEXT", help="what must support it, as it stands")
    check.add_argument("--batch", metavar="FILE", help='JSON Lines of {"id", "claim", "source"}, - for standard input')
    _json(check)

    show = _command(commands, "show", "print the stored text of a document, or a part of it")
    show.add_argument("name", metavar="SOURCE|ID", help="a document's id, its source, or the end of its source")
    show.add_argument("--start", type=_offset, default=None, help="first character")
    show.add_argument("--end", type=_offset, default=None, help="character after the last")
    _json(show)

    doctor = _command(commands, "doctor", "compare the catalogue with its two indexes")
    _json(doctor)

    repair = _command(commands, "repair", "make both indexes anew from the catalogue")
    repair.add_argument(
        "--embed", action="store_true", help="also embed everything anew, for the model that RAG_EMBEDDER names"
    )
    _json(repair)

    backup = _command(commands, "backup", "write all that the store holds to one file, while it is used")
    backup.add_argument("file", type=Path, metavar="FILE", help="where to; it must not be there yet")
    _json(backup)

    restore = _command(commands, "restore", "make a store of a backup")
    restore.add_argument("file", type=Path, metavar="FILE", help="what rag backup wrote")
    restore.add_argument("--replace", action="store_true", help="in the place of what the store holds")
    _json(restore)

    forget = _command(commands, "forget", "remove a document, or a folder's documents, from the store")
    forget.add_argument("name", metavar="SOURCE|ID|FOLDER", help="what to forget; the files themselves stay")
    _json(forget)

    conversations = _command(commands, "conversations", "list the conversations that were kept")
    conversations.add_argument("--matching", default="", metavar="WORDS", help="only those in which these words occur")
    _json(conversations)

    conversation = _command(commands, "conversation", "show a conversation, and where its quotes stand today")
    conversation.add_argument("name", metavar="NAME", help="its title, its id, or the beginning of its id")
    change = conversation.add_mutually_exclusive_group()
    change.add_argument("--rename", metavar="TITLE", help="give it another title")
    change.add_argument("--delete", action="store_true", help="remove it without a trace")
    change.add_argument("--export", type=Path, metavar="FILE", help="write it to a .md, .html or .json file")
    _json(conversation)

    verify = _command(commands, "verify", "check an exported conversation against the documents of today")
    verify.add_argument("file", type=Path, metavar="FILE", help="a .json file that rag conversation --export wrote")
    _json(verify)

    chat = _command(commands, "chat", "open the chat in a browser")
    add_chat_options(chat)

    serve = _command(
        commands,
        "serve",
        "serve the library to programs, without a page",
        "The API is below /v1, described in /v1/openapi.json; programs show the token that is in the store's folder.",
    )
    add_serving_options(serve)
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, purpose: str, below: str = ""
) -> argparse.ArgumentParser:
    description = purpose[0].upper() + purpose[1:] + "."
    command = commands.add_parser(name, help=purpose, description=description, epilog=below or None)
    command.add_argument(
        "--store", type=Path, default=None, metavar="DIR", help="the store's folder (default: RAG_STORE or .rag)"
    )
    command.add_argument(
        "--verbose", action="store_true", help="also tell on stderr what is done, and how long it takes, as JSON Lines"
    )
    return command


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="one JSON document on standard output, nothing else")


def _filters(command: argparse.ArgumentParser) -> None:
    command.add_argument("--source", default="", metavar="GLOB", help="only documents whose source matches, as '*.pdf'")
    command.add_argument(
        "--where",
        action="append",
        default=[],
        type=_pair,
        metavar="KEY=VALUE",
        help="only documents with this metadata",
    )


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (key and equals):
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=VALUE")
    return key, value


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 1000")
    return int(text)


def _offset(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of characters")
    return int(text)
