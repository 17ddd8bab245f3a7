"""What the chat serves at one address: the page, its parts, the panels' requests, and the API."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.serving import Site
from rag.serving.guard import API
from rag.serving.opening import Opening

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import APIRouter, FastAPI
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

UPLOADS = "/library/files"
"""Where files are sent to."""
_PARTS = Path(__file__).with_name("parts")
# What Gradio takes for components that the page doesn't have.
_UNUSED = (
    "upload",
    "upload_progress",
    "component_server",
    "process_recording",
    "proxy={rest:path}",
    "stream/{rest:path}",
)


def page_application(opening: Opening, site: Site, api: ASGIApp) -> ASGIApp:
    """The chat's page with all that it asks for, and the API for programs."""
    # Gradio would ask its makers' hosts for news and count its use; both go by the environment alone.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    from rag.ui.answers import Answers
    from rag.ui.page import HEAD, build
    from rag.ui.panels import routers
    from rag.ui.uploads import uploads_router

    answers = Answers(opening)
    panels = [*routers(opening, answers, at_home=site.at_home), uploads_router(opening.settings, opening.read)]
    return application(build(opening, answers), panels, HEAD, api, site)


def application(page: gr.Blocks, panels: Sequence[APIRouter], head: str, api: ASGIApp, site: Site) -> FastAPI:
    """What is behind the guard."""
    import gradio as gr
    from fastapi import FastAPI

    from rag.ui.theme import theme

    app = FastAPI(title="Footnote", docs_url=None, redoc_url=None, openapi_url=None)
    for router in panels:
        app.include_router(router)
    for path in _UNUSED:
        app.add_api_route(f"/gradio_api/{path}", _nothing, methods=["GET", "HEAD", "POST"])
    app.mount("/parts", _parts(), name="parts")
    app.mount(API, api)
    gr.mount_gradio_app(
        app,
        page,
        path="",
        theme=theme(),
        head=head,
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        root_path=site.proxy.given or None,
        auth_dependency=(lambda request: request.scope["state"].get("user")) if site.logged_in else None,
    )
    return app


def _nothing() -> None:
    from fastapi import HTTPException

    raise HTTPException(404, "There is nothing here.")


def _parts() -> ASGIApp:
    """The page's scripts and styles: a browser asks each time whether they are still the same."""
    from fastapi.staticfiles import StaticFiles

    files = StaticFiles(directory=_PARTS)

    async def fresh(scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], (b"cache-control", b"no-cache")]}
            await send(message)

        await files(scope, receive, sending)

    return fresh
