"""Remarks that are no questions, and messages in a language that the bot cannot read."""

from collections.abc import Sequence

from bot.core.follow_ups import without_leading
from bot.core.knowledge import Language, OtherLanguage, SmallTalk
from bot.core.matching import Index, Target, read_targets
from bot.core.text import normalise, tokens
from bot.core.vocabulary import Vocabulary, Word

# A remark must be all but one of the written phrasings: a question that begins with "hello" is a question.
REMARK_SCORE = 88.0
# Enough where no point answers the message.
LIKELY_REMARK_SCORE = 66.0
_LONGEST_REMARK_WORDS = 12
# This share of a message's words must be words of the other language, and at least two of them.
_FOREIGN_SHARE = 0.4


class Listener:
    """Recognises small talk and other languages. Built once; its methods are pure."""

    def __init__(self, language: Language, vocabulary: Vocabulary) -> None:
        self._remarks = {remark.id: remark for remark in language.small_talk}
        targets = [Target(remark.id, remark.phrasings) for remark in language.small_talk]
        self._index = Index(read_targets(targets, vocabulary), frame_share=1.0)
        self._languages = [
            (other, frozenset(token.word for word in other.words for token in tokens(word)))
            for other in language.other_languages
        ]

    def remark(self, words: Sequence[Word], at_least: float = REMARK_SCORE) -> SmallTalk | None:
        if not 0 < len(words) <= _LONGEST_REMARK_WORDS:
            return None
        own = without_leading(words)
        ranked = [*self._index.rank(words), *(self._index.rank(own) if len(own) < len(words) else ())]
        best = max(ranked, key=lambda match: match.score, default=None)
        return self._remarks[best.key] if best and best.score >= at_least else None

    def other_language(self, text: str) -> OtherLanguage | None:
        """The language of which the message has most words, if these are enough of it."""
        said = [token.word for token in tokens(text)]
        counted = [(sum(word in words for word in said), -number) for number, (_, words) in enumerate(self._languages)]
        most, number = max(counted, default=(0, 0))
        return self._languages[-number][0] if most >= 2 and most >= _FOREIGN_SHARE * len(said) else None

    def is_other_script(self, text: str) -> bool:
        """True where most letters are not Latin ones."""
        letters = [character for character in normalise(text) if character.isalpha()]
        return sum(not character.isascii() for character in letters) > len(letters) / 2
