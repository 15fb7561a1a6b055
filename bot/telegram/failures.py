"""What a patient and the log are told when a handler fails."""

import logging
import secrets

from telegram import Update
from telegram.ext import ContextTypes

from bot.telegram.sending import Courier, Spawn

logger = logging.getLogger(__name__)


class Failures:
    """PTB's error handler: the patient gets a calm sentence, the log an id and where it happened.

    Neither gets the error's text, which may hold a patient's words.
    """

    def __init__(self, courier: Courier, spawn: Spawn, sentence: str) -> None:
        self._courier = courier
        self._spawn = spawn
        self._sentence = sentence

    async def handle(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        chat = update.effective_chat if isinstance(update, Update) else None
        logger.error(
            "error=%s update=%s chat=%s",
            secrets.token_hex(4),
            update.update_id if isinstance(update, Update) else "-",
            chat.id if chat else "-",
            exc_info=context.error,
        )
        if chat and isinstance(update, Update) and not update.my_chat_member:
            # A task of its own: the sentence may have to wait, and the chat's next update should not.
            self._spawn(self._courier.say(chat.id, self._sentence))
