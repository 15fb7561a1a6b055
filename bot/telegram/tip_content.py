"""A tip's reply as the one message that a broadcast sends."""

from bot.core.broadcasting import Content
from bot.core.replies import Reply
from bot.telegram.rendering import render


def content_of(reply: Reply) -> Content:
    """Raises ValueError for a reply that takes more than one message."""
    messages = render(reply)
    if len(messages) > 1:
        raise ValueError("a broadcast is one message")
    return Content(html=messages[0].html, keyboard=messages[0].keyboard)
