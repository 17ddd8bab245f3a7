"""The API for programs: sync, search, ask, check, documents, and OpenAI's form of a chat, below /v1.

It is described at /v1/openapi.json. Errors have OpenAI's form: `{"error": {"message", "type", "param", "code"}}`.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response
from starlette.exceptions import HTTPException

import rag
from rag.errors import LanguageModelError, NotInStore, RagError, StoreError
from rag.logs import mistake
from rag.serving import CarryOut
from rag.serving.api.answers import as_response
from rag.serving.api.asking import asking_router
from rag.serving.api.commands import commands_router
from rag.serving.api.completions import completions_router
from rag.serving.api.documents import documents_router
from rag.serving.api.shapes import Failure
from rag.serving.guard import API, error_of
from rag.serving.opening import Opening

_ABOUT = (
    "Answers from a library of documents, every sentence footnoted to the exact words and checked against them."
    " Show the store's token (`Authorization: Bearer TOKEN`, in the file `token` of the store's folder) or a name"
    " and its password, where accounts were given."
)


def api(opening: Opening, carry_out: CarryOut) -> FastAPI:
    """The application that is mounted at `API`; the guard has seen to who asks."""
    failures: dict[int | str, dict[str, Any]] = {
        code: {"model": Failure, "description": said}
        for code, said in (
            (400, "It cannot be meant."),
            (401, "No token, or a wrong one."),
            (403, "Not from there."),
            (404, "It is not in the library."),
            (409, "The library cannot do this as it is."),
            (411, "The request does not say how long it is."),
            (413, "The request is too long."),
            (421, "Nothing is served under this name."),
            (422, "A field is missing or wrong."),
            (429, "Too many wrong tokens or passwords."),
            (503, "The library is still being opened."),
        )
    }
    app = FastAPI(
        title="Footnote",
        version=rag.__version__,
        description=_ABOUT,
        docs_url=None,  # its page would load scripts of another host
        redoc_url=None,
        responses=failures,
    )
    for router in (
        documents_router(opening),
        asking_router(opening),
        completions_router(opening),
        commands_router(opening, carry_out),
    ):
        app.include_router(router)
    _describe(app)

    @app.exception_handler(HTTPException)
    async def refused(request: Request, problem: HTTPException) -> Response:
        return as_response(error_of(problem.status_code, str(problem.detail)), problem.status_code, problem.headers)

    @app.exception_handler(RequestValidationError)
    async def wrong(request: Request, problem: RequestValidationError) -> Response:
        said = "; ".join(f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in problem.errors()[:5])
        return as_response(error_of(422, said), 422)

    @app.exception_handler(RagError)
    async def explained(request: Request, problem: RagError) -> Response:
        status = _status(problem)
        return as_response(error_of(status, opening.sayable(problem)), status)

    @app.exception_handler(Exception)
    async def ours(request: Request, problem: Exception) -> Response:
        mistake(f"a mistake of ours in {request.method} {request.url.path}", problem)
        return as_response(error_of(500, "Something went wrong here; the server's log says what."), 500)

    return app


def _status(problem: RagError) -> int:
    if isinstance(problem, NotInStore):
        return 404
    if isinstance(problem, LanguageModelError):
        return 502
    return 503 if isinstance(problem, StoreError) else 409


def _describe(app: FastAPI) -> None:
    """Its description says how one shows who one is."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(title=app.title, version=app.version, description=_ABOUT, routes=app.routes)
            schema["components"]["securitySchemes"] = {
                "token": {"type": "http", "scheme": "bearer"},
                "account": {"type": "http", "scheme": "basic"},
            }
            schema["security"] = [{"token": []}, {"account": []}]
            schema["servers"] = [{"url": API}]
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]
