"""How English says that something is so, is not so, was so long ago, or is only asked about.

Everything here works on plain words joined by single blanks, in which every other danger word stands as
``§``: what is before a danger, part of it, and after it. No word for a danger is known here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

_SENTENCE = re.compile(r"[^.!?\n…]*(?:\.(?=\d)[^.!?\n…]*)*[.!?\n…]*")

_SUBJECT = (
    r"(?:i|we|she|he|it|they) (?:am|is|are|was|have|has|had|do|did|can|could|just|keep|started|woke|"
    r"feel|felt|got)|"
    r"there (?:is|was|are)|my|what (?:should|do|can)|is (?:it|this|that)|should i|can i|do i|why (?:am|"
    r"is|does)"
)
_CONJUNCTION = (
    r"but|because|although|though|however|then|plus|except|whereas|anyway|so(?! (?:bad|much|many|badly|"
    r"strong|hard|"
    r"painful|heavy|i can|that|far|little|scared|worried|afraid))|while"
)
_NEW_SUBJECT = re.compile(rf"(?:(?:and|or) )?(?:{_SUBJECT})\b")
_BREAK = re.compile(
    rf"(?:{_CONJUNCTION}|and (?:now|today|also|just|suddenly|then|it|there|i|she|he|we|my|her|his))\b"
)
_HOLDS_ON = frozenset(
    """that if when whenever because what how why who where which whether think thought thinks believe
    guess say says said told should could would can will may might do does did am is are was were have
    has had not never and or in on of to for with about from by at into onto after before while since
    until like than worried worry afraid scared terrified nervous case know sure wonder wondering tell
    suppose imagine hope all out off down through inside around over under up feel feels felt against as
    once unless between hit kicked hurt hurts push pushed my the a""".split()  # noqa: SIM905 - a list of forty strings reads worse
)

_NEGATOR = (
    r"(?:no|not|without|never|zero|neither|nor|none|nothing|deny|denies|denied|free (?:of|from)|absence of)"
)
_PASSES_NOT = (
    r"(?:a|an|any|the|more|further|other|signs?|symptoms?|of|type|kind|sort|history|have|has|had|having|"
    r"be|been|being|"
    r"get|got|getting|feel|feeling|felt|see|seeing|seen|notice|noticed|noticing|experience|experiencing|"
    r"experienced|"
    r"suffer|suffered|suffering|from|actually|currently|yet|abnormal|unusual|visible|actual|"
    r"obvious|real|"
    r"heavy|bad|severe|strong|much|many|big|major|in|into|gone|went|go|longer|start|started|began|begun|"
    r"single|"
    r"show|shown|showing|noted|report|reported|reports|ever|really|regular|significant|experiance|new|an?y|"
    r"bright|fresh|red|brown|light|sudden|one)"
)
_NEGATED = re.compile(rf"\b{_NEGATOR}(?: {_PASSES_NOT})*$")
_NEGATED_LIST = re.compile(rf"\b{_NEGATOR}(?P<chain>(?: (?:{_PASSES_NOT}|§ ,|§|or|nor|and))+)$")
_DOUBTED = re.compile(
    r"\bnot (?:think|believe)(?: that)?(?: (?:i|it|she|there|this|these))?(?: (?:am|is|are|have|has))*$"
)
_LIST_GOES_ON = re.compile(r"^(?: ?,| §| and| any| other)* ?\b(?:or|nor|no|not|either)\b")
_MORE_THAN_EVER = re.compile(
    r"^(?:\w+ ){0,5}(?:like this|like that|like it|this (?:bad|much|heavy|strong)|(?:so|that) (?:bad|"
    r"much|strong|heavy)|"
    r"before|(?:until|till|up to|except|since) (?:now|today|yesterday|this|last|the last|just))\b"
)
_REFUSED_AFTER = re.compile(
    r"^(?:(?:has|have|had|is|was|are|were|did|does) )*(?:(?:no|none|nil|nope|negative|absent|zero|"
    r"never)(?: ,|$)|not "
    r"(?:yet )?(?:(?:start|begin|begun|happen|occur|return|been|present|there|come back|an issue|"
    r"yet)(?:\w*)))"
)
_ENDED = re.compile(
    r"^(?:\w+ ){0,3}?(?:has|have|had|is|was|are|it|all|already|finally|now|then)* ?"
    r"(?<!not )(?:stopped|ended|gone|went away|resolved|settled|subsided|cleared|healed)\b"
)
_ENDED_BEFORE = re.compile(
    r"(?<!not )(?<!never )\b(?:stopped|quit|no longer)(?: (?:having|the|my|with|any))*$"
)

_LONG_AGO = re.compile(
    r"\b(?:(?:in|of|around|from|until|year|back|since) (?:\w+ )?(?:19[3-9]\d|20[0-4]\d)|"
    r"(?:years?|months?|decades?|ages|(?<!\d )(?<!two )(?<!one )(?<!few )weeks) (?:ago|back|earlier)|"
    r"long ago|"
    r"last (?:year|summer|winter|spring|autumn|fall|pregnancy|baby|birth|labou?r|delivery|child|one|"
    r"loss|time)|"
    r"(?:first|second|third|fourth|1|2|3|previous|prior|earlier|past|other|older|oldest|eldest|another|"
    r"both|two) "
    r"(?:pregnanc\w+|bab(?:y|ies)|child|kids|children|births?|delivery|deliveries|sons?|daughters?|"
    r"labou?r|loss|losses|"
    r"miscarriages?|twins|time)|lost my (?:first|second|third|last|previous)|"
    r"with (?:my|her) (?:sons?|daughters?|first|second|third|last|boys?|girls?|twins|kids|eldest|oldest|"
    r"previous|other|"
    r"pregnancy with|\w+ year old)|with me\b|"
    r"when i was (?:\d+(?! (?:weeks?|days?|months?))|young|little|a|pregnant with|in (?:school|college|"
    r"my)|carrying|having my)|"
    r"used to|back (?:in|then)|as a (?:child|kid|teenager|girl|baby)|in the past|a history|history of|"
    r"once before|before i (?:was|got|became) pregnant|before (?:getting )?(?:pregnant|pregnancy)|"
    r"previously|formerly|"
    r"before (?:this|my) pregnancy|earlier in life|already lost)\b"
)
_NOT_THE_PAST = re.compile(
    r"\b(?:this is (?:\w+ )?(?:first|second|third)|due|since|as last|like last|same as|"
    r"like (?:with )?my (?:first|last))\b"
)
LATELY = re.compile(
    r"\b(?:now|today|tonight|currently|(?:for )?(?:a|the|one) (?:whole|full|entire) (?:day|night|hour)|"
    r"this (?:morning|afternoon|evening|minute|week|second|weekend)|at the moment|"
    r"suddenly|all of a sudden|keeps?|(?:few|couple|minutes?|hours?|days?|\d) ago|"
    r"(?:minutes?|hours?|days?) ago|last night|"
    r"yesterday|all (?:day|night|morning|over|afternoon|evening)|woke|(?:past|last) (?:few|couple|two|"
    r"three|\d+)?(?: of)? ?"
    r"(?:hours?|days?|minutes|week)|lately|recently|for (?:the )?(?:last |past )?(?:\d+|two|three|an|"
    r"a few|several|some) "
    r"(?:hours?|days?|minutes)|ongoing|just (?:had|got|started|now|saw|felt|noticed|began|woke)|since|"
    r"ever since|(?:has |have )?(?:started|begun)|starting|getting (?:bad|worse|stronger|closer)|worse|"
    r"right away|"
    r"every (?:few|couple|\d+|five|ten|two|three|four) (?:minutes?|seconds?))\b"
)
_PAST_STATE = re.compile(r"\b(?:had|was|were|went through|went into|experienced)(?: \w+){0,3}$")
_PAST_VERB = re.compile(
    r"\b(?:had|was|were|bled|lost|broke|went|started|did|got|fell|delivered|gave|came|happened|\w{3,}ed)\b"
)

_KIN = (
    r"mothers?|moms?|mums?|sisters?|friends?|aunt(?:ie|y)?s?|cousins?|neighbou?rs?|cowork\w+|"
    r"colleagues?|grandmothers?|"
    r"grandmas?|grans?|nans?|nanas?|boss|teachers?|lady|women|woman|bestie|roommates?|step\w+|girl|"
    r"classmates?"
)
_OTHER = re.compile(
    rf"\b(?:my|our|his|her|a|the|one|some)(?: \w+)?? (?:{_KIN})(?: in law)?s?\b(?! (?:says?|said|told|"
    rf"thinks?))"
)
_SELF = re.compile(r"\b(?:i|me|my|myself|mine|we|our|us)\b")
_CLOSE = re.compile(
    r"\b(?:she|her|wife|wifes|girlfriend|partner|fiancee?|daughters?|granddaughter|patient|niece|client|"
    r"baby|one of my \w+)\b"
)
_GENERAL = re.compile(
    r"\b(?:(?:women|people|patients|mothers|moms|ladies|everyone|others|(?:a |the )?pregnant woman|"
    r"a woman|a person|a mother|"
    r"you (?:may|might|can|could|will|would|have|get)|your (?:cervix|body|doctor|provider|"
    r"care))(?: \S+){0,5})$"
)


_IS_SO = re.compile(
    r"\b(?:am|is|are|i have|has|we have|keep|keeps|now)\b(?! (?:had|lost|been|pregnant|a history))"
)
_TAKES_VERB = re.compile(r"(?:not|feel|see|touch|hear|smell)\b")
_TOLD_ME = re.compile(r"\b(told|tells?|asked|asks|texted|called|calls|gave|with) (?:me|us)\b")
_SHE = re.compile(r"\b(?:she|her)\b(?! (?:husband|boyfriend))")
_ELDERS = re.compile(r"\b(?:mothers?|grandmothers?|grandmas?|grans?|nans?|nanas?|aunt(?:ie|y)?s?)\b")
_LIST_ITEM = re.compile(r"(?:(?:or|and|nor|no|any|a|some) )*§")
_OPENERS = frozenset(
    """i we she he it they there my what is should can do why and or but because although though however
    then plus except whereas anyway so while""".split()  # noqa: SIM905 - a list of forty strings reads worse
)


def sentences_of(text: str) -> list[str]:
    """The sentences of a message with their end marks; never one without a letter, digit or symbol."""
    return [part for part in _SENTENCE.findall(text) if part.strip(" .!?\n\r\t…")]


def clause_starts(words: Sequence[str]) -> list[int]:
    """Where the clauses of a sentence begin: the first at 0. A list of dangers stays in one clause."""
    return [0, *(here for here in range(1, len(words)) if _opens_clause(words, here))]


def _opens_clause(words: Sequence[str], here: int) -> bool:
    before, word = words[here - 1], words[here]
    if before == ",":
        return not _LIST_ITEM.match(" ".join(words[here : here + 3]))
    if word not in _OPENERS:
        return False
    ahead = " ".join(words[here : here + 3])
    return bool(_BREAK.match(ahead)) or (before not in _HOLDS_ON and bool(_NEW_SUBJECT.match(ahead)))


_OWN_VERB = re.compile(
    r"(?:^| )(?:can|could|will|would|do|does|did|is|are|am|has|have|had|was|were|should|may|might)$"
)


class Denial(IntEnum):
    NO = 0
    PERHAPS = 1
    YES = 2


class Time(IntEnum):
    NOW = 0
    UNTOLD = 1
    ONCE = 2
    LONG_AGO = 3


class Who(IntEnum):
    HERSELF = 0
    UNTOLD = 1
    OTHER = 2
    ANYBODY = 3


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a danger stands in its sentence. Every text is words joined by blanks, other dangers as ``§``."""

    sentence_before: str
    clause_before: str
    clause_after: str
    sentence_after: str
    earlier: tuple[str, ...]
    next_clause: str
    own: str
    fronts: tuple[str, ...]
    follows_past: bool = False

    @property
    def lead(self) -> str:
        """The clause before the danger, without a verb that belongs to it ("can" + "not breathe")."""
        return _OWN_VERB.sub("", self.clause_before) if _TAKES_VERB.match(self.own) else self.clause_before

    @property
    def sentence(self) -> str:
        return f"{self.sentence_before} {self.own} {self.sentence_after}"

    @property
    def clause(self) -> str:
        return f"{self.clause_before} {self.own} {self.clause_after}"


def denial(setting: Setting) -> Denial:
    """Whether the danger is said not to be. ``PERHAPS`` where only a list or a doubt says so."""
    if any(_NEGATED.search(front) for front in setting.fronts):
        return Denial.NO if _MORE_THAN_EVER.search(setting.sentence_after) else Denial.YES
    if any(_ENDED_BEFORE.search(front) for front in setting.fronts) or _DOUBTED.search(
        setting.sentence_before
    ):
        return Denial.PERHAPS
    if _REFUSED_AFTER.search(setting.clause_after):
        return Denial.YES
    listed = _NEGATED_LIST.search(setting.sentence_before)
    if listed:
        clearly = re.search(r"\bn?or\b", listed["chain"]) or _LIST_GOES_ON.search(setting.sentence_after)
        return Denial.YES if clearly and not re.search(r"\band\b", listed["chain"]) else Denial.PERHAPS
    return Denial.PERHAPS if _ENDED.search(setting.clause_after) else Denial.NO


def time(setting: Setting) -> Time:
    """When it was, by the nearest words that tell a time."""
    clause = setting.clause
    if LATELY.search(clause):
        return Time.NOW
    if _is_long_ago(clause):
        return Time.ONCE if _IS_SO.search(setting.clause_before) else Time.LONG_AGO
    if re.match(
        r"(?:it|that|this) was|(?:i|we|she) had|in |about |\d+|years|back", setting.next_clause
    ) and _is_long_ago(setting.next_clause):
        return Time.LONG_AGO
    for earlier in reversed(setting.earlier):
        if LATELY.search(earlier) or _IS_SO.search(earlier):
            return _untold(setting)
        if _is_long_ago(earlier):
            return Time.LONG_AGO if _PAST_VERB.search(clause) else Time.ONCE
    if setting.follows_past and not _IS_SO.search(setting.clause_before):
        return Time.ONCE
    return _untold(setting)


def _untold(setting: Setting) -> Time:
    return Time.ONCE if _PAST_STATE.search(setting.clause_before) else Time.UNTOLD


def _is_long_ago(clause: str) -> bool:
    return bool(_LONG_AGO.search(clause)) and not _NOT_THE_PAST.search(clause)


def ends_long_ago(clauses: Sequence[str]) -> bool:
    """Whether the last time that these clauses tell lies long back, so that a story goes on from there."""
    for clause in reversed(clauses):
        if LATELY.search(clause) or _IS_SO.search(clause):
            return False
        if _is_long_ago(clause):
            return True
    return False


def who(setting: Setting) -> Who:
    """Whom it concerns: the last person named before it in its clause, else after it, else earlier."""
    if _SELF.search(setting.own):
        return Who.HERSELF
    before = f"{setting.clause_before} {setting.own}"
    if _GENERAL.search(setting.clause_before) and not _SELF.search(before):
        return Who.ANYBODY
    for text in (before, setting.clause_after, *reversed(setting.earlier)):
        person = _last_person(text)
        if person is Who.HERSELF and not _SELF.search(text) and _SHE.search(text):
            return _whom_she_is(setting.earlier)
        if person is not Who.UNTOLD:
            return person
    return Who.UNTOLD


def _whom_she_is(earlier: Sequence[str]) -> Who:
    return next((Who.OTHER for text in reversed(earlier) if _last_person(text) is Who.OTHER), Who.HERSELF)


def _last_person(text: str) -> Who:
    """The last person that a text names; "she" after "my sister" is the sister."""
    text = _TOLD_ME.sub(r"\1", text)
    other = max((found.end() for found in _OTHER.finditer(text)), default=0)
    if _SELF.search(text, other) or (not other and _CLOSE.search(text)):
        return Who.HERSELF
    return Who.OTHER if other else Who.UNTOLD


def is_elders_past(setting: Setting) -> bool:
    """Whether it is told of the generation before hers, who carry no child now."""
    told = f"{setting.clause_before} {setting.own}"
    return bool(_ELDERS.search(told) and _PAST_VERB.search(told) and not _IS_SO.search(setting.clause))
