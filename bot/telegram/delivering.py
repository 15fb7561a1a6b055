"""One message of a broadcast: the call to Telegram, and what an error says about whether it arrived."""

import httpx
from telegram import Bot, LinkPreviewOptions, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.core.broadcasting import Content, DeliveryState
from bot.telegram.rendering import markup

# As many as Telegram lets through in a second, so that answers which take a second do not slow a broadcast down; and
# two for what is not a delivery.
CALLS_AT_ONCE = 30
_CONNECTIONS = CALLS_AT_ONCE + 2
# An answer that comes later than this is one that did not come: the message is counted as unknown.
_ANSWER_SECONDS = 10.0
_CONNECT_SECONDS = 5.0

# Errors from before the request was written: Telegram cannot have it.
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


class Carrier:
    """A bot with connections of its own, so that no reply waits behind a broadcast for one."""

    def __init__(self, api_url: str, token: str) -> None:
        self._request = HTTPXRequest(
            connection_pool_size=_CONNECTIONS,
            read_timeout=_ANSWER_SECONDS,
            write_timeout=_ANSWER_SECONDS,
            connect_timeout=_CONNECT_SECONDS,
            pool_timeout=_ANSWER_SECONDS,
        )
        self.bot = Bot(token, f"{api_url}/bot", request=self._request, get_updates_request=self._request)

    async def send(self, content: Content, chat_id: int) -> int:
        """Send it once and return the message's id; raises TelegramError, see ``state_after``."""
        message = await self._send(content, chat_id)
        return message.message_id

    async def _send(self, content: Content, chat_id: int) -> Message:
        keyboard = markup(content.keyboard)
        if content.photo is not None:
            return await self.bot.send_photo(
                chat_id, content.photo, caption=content.html, parse_mode=ParseMode.HTML, reply_markup=keyboard
            )
        return await self.bot.send_message(
            chat_id,
            content.html,
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_markup=keyboard,
        )

    async def close(self) -> None:
        await self._request.shutdown()


def state_after(error: TelegramError) -> DeliveryState:
    """What became of a message whose sending ended in this error, but for ChatMigrated.

    ``pending`` where it is certain that Telegram did not take it and another try may succeed; ``unknown`` where
    it may have taken it: no answer came, or one that a server gives in the middle of its work (5xx).
    """
    words = error.message.lower()
    if isinstance(error, RetryAfter | InvalidToken | Conflict) or "too many requests" in words:
        return DeliveryState.PENDING
    if isinstance(error, Forbidden):
        is_gone = "deactivated" in words or "initiate conversation" in words
        return DeliveryState.GONE if is_gone else DeliveryState.BLOCKED
    if isinstance(error, BadRequest):
        is_gone = "chat not found" in words or "deactivated" in words
        return DeliveryState.GONE if is_gone else DeliveryState.FAILED
    return DeliveryState.PENDING if was_never_sent(error) else DeliveryState.UNKNOWN


def was_never_sent(error: TelegramError) -> bool:
    """Whether the call failed before anything of it could reach Telegram."""
    return isinstance(error.__cause__, _NEVER_SENT)
