"""Colours and type. The fonts are those of the reader's machine: nothing is fetched."""

from __future__ import annotations

import gradio as gr
from gradio.themes.utils import colors, sizes

_SANS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"]
_MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"]


def theme() -> gr.themes.Base:
    """Ink on paper with one accent, and the same at night."""
    return gr.themes.Base(
        primary_hue=colors.teal,
        secondary_hue=colors.teal,
        neutral_hue=colors.stone,
        text_size=sizes.text_md,
        radius_size=sizes.radius_md,
        font=_SANS,
        font_mono=_MONO,
    ).set(
        body_background_fill="#fbfaf7",
        body_background_fill_dark="#161614",
        body_text_color="#24231f",
        body_text_color_dark="#e9e6de",
        body_text_color_subdued="#6a675e",
        body_text_color_subdued_dark="#a09c91",
        background_fill_primary="#ffffff",
        background_fill_primary_dark="#1f1f1c",
        background_fill_secondary="#f3f1ea",
        background_fill_secondary_dark="#262622",
        border_color_primary="#e1ddd2",
        border_color_primary_dark="#37362f",
        link_text_color="#0b6b62",
        link_text_color_dark="#6cc9bd",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_border_width_dark="0px",
        input_background_fill="#ffffff",
        input_background_fill_dark="#1f1f1c",
        input_border_color_focus="#0b6b62",
        input_border_color_focus_dark="#6cc9bd",
        button_primary_background_fill="#0b6b62",
        button_primary_background_fill_dark="#2a8c80",
        button_primary_text_color="#ffffff",
    )
