"""A long message cut into what may be questions, and the story around them."""

import re
from dataclasses import dataclass

from bot.core.text import normalise, sentences, tokens

_STARTERS = (
    "what|how|when|where|why|who|which|can|could|should|would|will|is|are|am|do|does|did|may|has|have|whats|hows|any"
)
_JOINT = re.compile(
    rf",?\s+(?:and|also|plus|but)\s+(?:also\s+)?(?=(?:{_STARTERS})\s+\w+\s)|,\s+(?=(?:what|how|when|why|which|who)\s+\w+)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    rf"^\W*(?:(?:and|so|but|also|ok|hi|hello|hey|please|plus|well|um)\W+)*(?:{_STARTERS})\b|\?"
    r"|\b(?:wondering|wonder|tell me|want to know|need to know|question is|explain|curious"
    r"|not sure (?:if|whether|what|how)|dont know (?:if|what|how|whether)"
    r"|dont understand|no idea|asking (?:if|about|whether))\b"
)
# "Is that a risk?": only the sentence before says what is asked about. "How is it treated?" says so itself.
_LEANING = re.compile(
    r"\W*(?:(?:and|so|but|or|also)\W+)*(?:is|are|was|were|does|do|did|can|could|will|would|should|may|might|has|have)\s+"
    r"(?:it|that|this|they|those|these)\b|\W*(?:it|that|this)\b"
)
_DENIES = re.compile(r"\b(?:no|not|never|without|none|dont|doesnt|havent|hasnt|isnt|arent|denies)\b")
_MOST_PARTS = 60


@dataclass(frozen=True, slots=True)
class Part:
    """A sentence or clause. ``in_context`` has the story before it where this one points back ("is that bad?")."""

    text: str
    in_context: str
    is_question: bool
    denies: bool


def parts(text: str) -> list[Part]:
    """The parts of a message in order, at most 60; a message of one part comes back as itself."""
    pieces = [piece for sentence in sentences(text) for piece in _JOINT.split(sentence) if len(tokens(piece)) > 1]
    found: list[Part] = []
    for piece in pieces[:_MOST_PARTS]:
        plain = normalise(piece).replace("'", "")
        leans = found and not found[-1].is_question and len(tokens(piece)) <= 8 and _LEANING.match(plain)
        in_context = f"{found[-1].text} {piece}" if leans else piece
        found.append(Part(piece, in_context, bool(_ASKS.search(plain)), bool(_DENIES.search(plain))))
    return found
