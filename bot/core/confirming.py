"""What is asked of the words when something alarming may be happening: is it a yes, a no, does it tell of now?"""

import re

from bot.core.text import normalise

_LONGEST_CONFIRMATION_WORDS = 12
# "no drugs at all?" begins with a no and asks something; "none of these" does not.
_BESIDE_NO = frozenset(
    {"of", "these", "them", "those", "that", "is", "it", "i", "do", "does", "thanks", "thank", "you", "sorry", "fits"}
)
_YES = frozenset({"y", "yes", "yeah", "yep", "yea", "yup", "ya", "correct", "right", "true", "now", "happening"})
_NO = frozenset({"n", "no", "nope", "nah", "not", "none", "neither", "nothing"})
_TELLS_OF_NOW = re.compile(
    r"\b(?:i am|im|i have|ive|i had|i got|i feel|i keep|i just|i woke|i see|i saw|i noticed|i think|am i|have i|"
    r"(?:she|he|wife|girlfriend|daughter|patient|baby) (?:is|has|had|just|keeps|feels|started|woke)|shes|hes|"
    r"my (?:water|waters|belly|stomach|tummy|baby|underwear|pants)|"
    r"now|right now|rn|today|tonight|this morning|last night|yesterday|since|just|suddenly|help|"
    r"\d+ ?(?:w|wk|wks|weeks?|months?) ?(?:along|today|now|here)?(?=\W*$))\b"
)


def confirms(text: str) -> bool | None:
    """The typed answer to "is this happening now?": True for yes, False for no, None where it is something else."""
    if len(text.split()) > _LONGEST_CONFIRMATION_WORDS:
        return None
    return True if _begins_with(text, _YES) else False if _begins_with(text, _NO) else None


def is_only_no(text: str) -> bool:
    """Whether a message says no and nothing else."""
    return _begins_with(text, _NO) and set(re.findall(r"\w+", text.lower())) <= _NO | _BESIDE_NO


def tells_of_now(text: str) -> bool:
    """Whether a message tells of somebody's present state, and does not only ask about a notion."""
    return _TELLS_OF_NOW.search(normalise(text).replace("'", "")) is not None


def _begins_with(text: str, words: frozenset[str]) -> bool:
    said = re.match(r"\W*(\w+)", text.lower())
    return said is not None and said[1] in words
