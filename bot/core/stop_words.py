"""Whether a whole message wants no more messages. "Stop" within a sentence is about something else."""

import re

from rapidfuzz.distance import DamerauLevenshtein

from bot.core.danger_grammar import any_of
from bot.core.text import tokens

_POLITE = any_of(
    "please, pls, can you, could you, would you, will you, kindly, just, now, ok, okay, hi, hello, and, so",
    "i want (?:you )?to, i would like (?:you )?to",
)
_AFTER = any_of(
    "please, now, thanks, thank you, at once, immediately, any ?more, any longer, again, for me, to me, today",
    "for good, forever",
)
_WHICH = any_of(
    "me, us, any, all, the, these, those, this, your, my, of, more, other, further, weekly, getting, receiving, to",
    "from, with, such",
)
_MAIL = any_of(
    "tips?, messages?, messaging, msgs?, texts?, texting, notifications?, notices?, subscriptions?, subscribing, sms",
    "updates?, reminders?, broadcasts?, mails?, mailings?, newsletters?, service, writing, contacting, bothering",
    "spamming, spam, sending",
)
_END = any_of(
    "stop, end, cancel, quit, halt, cease, turn off, switch off, disable, no more, no, enough, remove me, take me off",
    "sign me off, unsubscribe",
)
_SEND = any_of("send, text, message, write, contact, bother")
_ANYTHING = rf"(?: {any_of('anything, them, it', _MAIL)})"
_STOP = re.compile(
    rf"(?:{_POLITE} )*(?:"
    + any_of(
        "stop(?: (?:it|this|that|all|everything|stop))*, end, cancel, quit, halt, stop ?all, opt ?out, sign me off",
        "un ?subscribe, leave me alone, go away",
        rf"{_END}(?: {_WHICH})*(?: {_MAIL}(?: {_WHICH})*)+",
        rf"(?:do not|never) (?:ever )?{_SEND}(?: {_WHICH})*{_ANYTHING}?(?: {_WHICH})*",
        rf"i (?:do not|no longer) (?:want|need|like)(?: to (?:get|have))?(?: {_WHICH})*{_ANYTHING}(?: {_WHICH})*",
        "(?:unsubscribe|remove|take) me(?: off| out)?(?: from| of)?(?: (?:the|your|this|all|tips|list|everything))*",
        r"unsubscribe (?:from )?(?:(?:the|all|your|everything|tips|messages) ?)*",
    )
    + rf")(?: {_AFTER})*"
)
_MOST_WORDS = 12
# A single word that is a slip of one of these, and no word of its own, is meant as it.
_MEANT = (("stop", 1), ("unsubscribe", 2), ("cancel", 1))
_OTHER_WORDS = frozenset(
    {"step", "shop", "top", "stoop", "stops", "slop", "atop", "subscribe", "sto", "strop", "stomp"}
)


def asks_to_stop(text: str) -> bool:
    """True of "STOP", "please stop sending me tips!" and the like; false of "when does the bleeding stop"."""
    words = [token.word for token in tokens(text)]
    if not 0 < len(words) <= _MOST_WORDS:
        return False
    if len(words) == 1 and words[0] not in _OTHER_WORDS:
        return any(DamerauLevenshtein.distance(words[0], meant) <= slips for meant, slips in _MEANT) or (
            _STOP.fullmatch(words[0]) is not None
        )
    return _STOP.fullmatch(" ".join(words)) is not None
