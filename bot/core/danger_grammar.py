"""How English says that something is not so, was long ago, or happened to whom.

Everything here works on plain words joined by single blanks, in which every other danger word stands as
``§``: what is before a danger, part of it, and after it. No word for a danger is known here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum


def any_of(*phrases: str) -> str:
    """A pattern for one of several phrases, which commas part; a phrase may itself be a pattern."""
    return "(?:" + "|".join(phrase.strip() for line in phrases for phrase in line.split(",")) + ")"


def words_in(text: str, *more: str) -> re.Pattern[str]:
    """Finds one of several phrases as whole words."""
    return re.compile(rf"\b{any_of(text, *more)}\b")


_SENTENCE = re.compile(r"[^.!?\n…]*(?:\.(?=\d)[^.!?\n…]*)*[.!?\n…]*")
_PERSON = any_of("i, we, she, he, it, they")
_SUBJECT = any_of(
    rf"{_PERSON} {any_of('am, is, are, was, have, has, had, do, did, can, could, just, will, might, want, need, §')}",
    rf"{_PERSON} {any_of('keep, started, woke, feel, felt, got, think, took, see, saw, fell, passed, noticed')}",
    r"there (?:is|was|are), what (?:should|do|can), is (?:it|this|that), should i, can i, do i",
    r"why (?:am|is|does)",
    rf"my (?:\w+|§) {any_of('is, are, was, has, have, just, keeps?, hurts?, feels?, went, broke, §')}",
)
_NEW_SUBJECT = re.compile(rf"(?:(?:and|or) )?{_SUBJECT}\b")
_SO_MUCH = any_of(
    "bad, much, many, badly, strong, hard, painful, heavy, i can, that, far, little, scared, worried, afraid"
)
_BREAK = words_in(
    r"but, because, although, though, however, then, plus, except, whereas, anyway, while",
    rf"so(?! {_SO_MUCH})",
    rf"and {any_of('now, today, also, just, suddenly, then, it, there, i, she, he, we, my, her, his')}",
)
_OPENERS = frozenset(
    """i we she he it they there my what is should can do why and or but because although though however then
    plus except whereas anyway so while""".split()  # noqa: SIM905 - a list of forty strings reads worse
)
_HOLDS_ON = frozenset(
    """that if when whenever because what how why who where which whether think thought thinks believe guess
    say says said told should could would can will may might do does did am is are was were have has had not
    never and or in on of to for with about from by at into onto after before while since until like than
    worried worry afraid scared terrified nervous case know sure wonder wondering tell suppose imagine hope all
    out off down through inside around over under up feel feels felt against as once unless between hit kicked
    hurt hurts push pushed during lost my the a""".split()  # noqa: SIM905 - as above
)
_LIST_ITEM = re.compile(r"(?:(?:or|and|nor|no|any|a|some) )*§")

_NEGATOR = any_of(
    "no, not, without, never, zero, neither, nor, none, nothing, deny, denies, denied, free of, free from",
    "ruled out, rule out",
)
_DEGREE = any_of(
    "heavy, bad, severe, strong, much, many, big, major, really, significant, regular, bright, fresh",
    "red, brown",
    "light, sudden, more, longer, yet",
)
_PASSES = any_of(
    "a, an, any, the, further, other, signs?, symptoms?, of, type, kind, sort, history, have, has, had",
    "having",
    "be, been, being, get, got, getting, feel, feeling, felt, see, seeing, seen, notice, noticed, noticing",
    "experience, experiencing, experienced, suffer, suffered, suffering, from, actually, currently, abnormal",
    "unusual, visible, actual, obvious, real, in, into, gone, went, go, start, started, began, begun, single",
    "show, shown, showing, noted, report, reported, reports, ever, new, one",
)
_NEGATED = re.compile(rf"\b{_NEGATOR}(?: {_PASSES})*$")
_NEGATED_DEGREE = re.compile(rf"\b{_NEGATOR}(?: {_PASSES}| {_DEGREE})*$")
_NEGATED_LIST = re.compile(rf"\b{_NEGATOR}(?P<chain>(?: (?:{_PASSES}|{_DEGREE}|§ ,|§|or|nor|and))+)$")
_DOUBTED = re.compile(
    rf"\bnot (?:think|believe)(?: that)?(?: {any_of('i, it, she, there, this, these')})?(?: (?:am|is|are|have|has))*$"
)
_LIST_GOES_ON = re.compile(r"^(?: ?,| §| and| any| other)* ?\b(?:or|nor|no|not|either)\b")
_MORE_THAN_EVER = re.compile(
    r"^(?:\w+ ){0,5}"
    + any_of(
        "like this, like that, like it, this (?:bad|much|heavy|strong)",
        "(?:so|that) (?:bad|much|strong|heavy), before",
        rf"(?:until|till|up to|except|since) {any_of('now, today, yesterday, this, last, the last, just')}",
    )
    + r"\b"
)
_REFUSED_AFTER = re.compile(
    r"^(?:(?:has|have|had|is|was|are|were|did|does) )*"
    + any_of(
        r"(?:no|none|nil|nope|negative|absent|zero|never)(?: \x2c|$)",
        r"not (?:yet )?(?:start|begin|begun|happen|occur|present|there|come back|an issue)\w*",
    )
)
_ENDED = re.compile(
    r"^(?:\w+ ){0,3}?(?:has|have|had|is|was|are|it|all|already|finally|now|then)* ?(?<!not )"
    + any_of("stopped, ended, gone, went away, resolved, settled, subsided, cleared, healed")
    + r"\b"
)
_ENDED_BEFORE = re.compile(r"(?<!not )(?<!never )\b(?:stopped|quit|no longer)(?: (?:having|the|my|with|any))*$")

_A_PREGNANCY = any_of(
    r"pregnanc\w+, bab(?:y|ies), child, children, kids?, births?, deliver\w+, sons?, daughters?, labou?r",
    r"loss\w*",
    r"miscarriages?, twins, time",
)
_NTH = any_of("first, second, third, fourth, last, two, three, both, 1, 2, 3, several")
_LONG_AGO = words_in(
    r"(?:in|of|around|from|until|year|back|since) (?:\w+ )?(?:19[3-9]\d|20[0-4]\d), long ago",
    r"back (?:in|then)",
    r"(?:years?|months?|decades?|ages|(?<!\d )(?<!two )(?<!one )(?<!few )weeks) (?:ago|back|earlier)",
    r"last (?:year|summer|winter|spring|autumn|fall|pregnancy|baby|birth|labou?r|delivery|child|one|loss)",
    rf"(?:my|our) {_NTH} {_A_PREGNANCY} (?:was|were|ended|came|had|died|started|did|stopped)",
    r"last time (?:i was|around|too|with|it happened)",
    rf"(?:previous|prior|earlier|past|older|oldest|eldest) {_A_PREGNANCY}",
    rf"(?:in|with|during|from|after|at|lost|had|of) (?:my |her |our |the |a |that )?"
    rf"{_NTH} {_A_PREGNANCY}",
    r"lost (?:my|our|the|a) (?:first|second|third|last|previous)",
    r"with (?:my|her) (?:first|second|third|last|previous|twins)",
    r"when i was (?:\d+(?! (?:weeks?|days?|months?))|young|little|a|pregnant with|in (?:school|college|my)|carrying)",
    r"used to, as a (?:child|kid|teenager|girl|baby), in the past, a history, history of, once before",
    r"previously",
    r"before (?:i (?:was|got|became) |getting )?pregnan\w+, before (?:this|my) pregnancy",
    r"earlier in life, formerly",
)
_HISTORY = words_in("a history, history of, used to, in the past, previously, formerly")
_WITH_A_CHILD = re.compile(
    r"^(?:and |but |so )?with (?:my|her) (?:sons?|daughters?|boys?|girls?|eldest|oldest|\w+ year old)\b"
)
_NOT_THE_PAST = words_in(
    "this is (?:\\w+ )?(?:first|second|third), due, since, as last, like last, same as",
    "like (?:with )?my (?:first|last)",
)
_SPAN = r"(?:hours?|days?|minutes|nights?|mornings?)"
_STRICTLY_LATELY = words_in(
    r"now, today, tonight, currently, (?:for )?(?:a|the|one) (?:whole|full|entire) (?:day|night|hour)",
    r"at the moment",
    r"this (?:morning|afternoon|evening|minute|week|second|weekend), suddenly, all of a sudden, keeps?",
    r"last night",
    r"(?:few|couple|minutes?|hours?|days?|\d) ago, yesterday",
    r"all (?:day|night|morning|over|afternoon|evening), woke",
    rf"(?:past|last) (?:few|couple|two|three|\d+)?(?: of)? ?(?:{_SPAN}|week), lately, recently, ongoing",
    r"right away",
    rf"for (?:the )?(?:last |past )?(?:\d+|two|three|an|a few|several|some) {_SPAN}, since",
    r"getting (?:bad|worse|closer)",
    r"just (?:had|got|started|now|saw|felt|noticed|began|woke)",
    r"every (?:few|couple|\d+|five|ten|two|three) (?:minutes?|seconds?)",
)
_SETTING_IN = words_in("(?:has |have )?(?:started|begun), starting, worse")
_PAST_STATE = re.compile(r"\b(?:had|was|were|went through|went into|experienced)(?: \w+){0,3}$")
_PAST_VERB = words_in(r"had, was, were, bled, lost, broke, went, started, did, got, fell, gave, came, \w\w\w+ed")

_KIN = any_of(
    r"mothers?, moms?, mums?, sisters?, friends?, aunt(?:ie|y)?s?, cousins?, neighbou?rs?, cowork\w+",
    r"colleagues?",
    r"grandmothers?, grandmas?, grans?, nans?, nanas?, boss, teachers?, lady, women, woman, bestie",
    r"roommates?, step(?:mother|father|sister|brother|mom|mum|dad|daughter|son)s?",
    "girl, classmates?",
)
_OTHER = re.compile(rf"\b(?:my|our|his|her|a|the|one|some)(?: \w+)?? {_KIN}(?: in law)?s?\b")
_ELDERS = words_in(r"mothers?, grandmothers?, grandmas?, grans?, nans?, nanas?, aunt(?:ie|y)?s?")
_SELF = words_in("i, me, my, myself, mine, we, our, us")
_TOLD_ME = re.compile(r"\b(told|tells?|asked|asks|texted|called|calls|gave|with) (?:me|us)\b")
_SHE = re.compile(r"\b(?:she|her)\b(?! (?:husband|boyfriend))")
_CLOSE = words_in(
    r"she, her, wife, wifes, girlfriend, partner, fiancee?, daughters?, granddaughter, patient, niece",
    r"client, baby",
    r"one of my \w+",
)
_ANYBODY = re.compile(
    r"\b"
    + any_of(
        r"(?:women|people|patients|mothers|moms|ladies)(?! (?:say|said|tell|told|think|says))",
        r"(?:a |the )?pregnant woman",
        "a woman, a person, a mother, you (?:may|might|can|could|will|would|have|get)",
        "your (?:body|doctor|provider|care)",
    )
    + r"(?: \S+){0,5}$"
)
_IS_SO = re.compile(r"\b(?:am|is|are|i have|has|we have|keep|keeps|now)\b(?! (?:had|lost|been|pregnant|a history))")
_IT_WAS = re.compile(r"(?:it|that|this) was|(?:i|we|she) had|in |about |\d+|years|back")
_TAKES_VERB = re.compile(r"(?:not|feel|see|touch|hear|smell)\b")
_OWN_VERB = re.compile(r"(?:^| )(?:can|could|will|would|do|does|did|is|are|am|has|have|had|was|were|should|may|might)$")


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


class Denial(IntEnum):
    NO = 0
    PERHAPS = 1
    YES = 2


class Time(IntEnum):
    NOW = 0
    UNTOLD = 1
    AFTER_THE_PAST = 2  # untold, but the sentence before told of long ago
    ONCE = 3
    LONG_AGO = 4


class Who(IntEnum):
    HERSELF = 0
    UNTOLD = 1
    OTHER = 2
    ANYBODY = 3


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a danger stands: the words around it, the clauses before its own, and the next one."""

    sentence_before: str
    clause_before: str
    own: str
    clause_after: str
    sentence_after: str
    earlier: tuple[str, ...]
    next_clause: str
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


def is_lately(words: str) -> bool:
    return bool(_STRICTLY_LATELY.search(words) or _SETTING_IN.search(words))


def tells_past(words: str) -> bool:
    return bool(_PAST_VERB.search(words))


def denial(setting: Setting) -> Denial:
    """Whether the danger is said not to be; ``PERHAPS`` where only its degree, a list or a doubt says so."""
    if _MORE_THAN_EVER.search(setting.sentence_after):
        return Denial.NO
    if any(_NEGATED.search(front) for front in setting.fronts) or _REFUSED_AFTER.search(setting.clause_after):
        return Denial.YES
    listed = _NEGATED_LIST.search(setting.sentence_before)
    if listed and _is_denied_list(listed["chain"], setting.sentence_after):
        return Denial.YES
    doubted = (
        listed
        or any(_NEGATED_DEGREE.search(front) or _ENDED_BEFORE.search(front) for front in setting.fronts)
        or _DOUBTED.search(setting.sentence_before)
        or _ENDED.search(setting.clause_after)
    )
    return Denial.PERHAPS if doubted else Denial.NO


def _is_denied_list(chain: str, after: str) -> bool:
    if "§" not in chain or re.search(r"\band\b", chain):
        return False
    return bool(re.search(r"\bn?or\b", chain) or _LIST_GOES_ON.search(after))


def time(setting: Setting) -> Time:
    """When it was, by the nearest words that tell a time."""
    clause = setting.clause
    if _STRICTLY_LATELY.search(clause):
        return Time.NOW
    if _is_long_ago(clause):
        return _long_ago(setting)
    if _IT_WAS.match(setting.next_clause) and _is_long_ago(setting.next_clause):
        return Time.LONG_AGO
    for earlier in reversed(setting.earlier):
        if is_lately(earlier) or _IS_SO.search(earlier):
            return _untold(setting)
        if _is_long_ago(earlier):
            return Time.LONG_AGO if tells_past(clause) else Time.ONCE
    if setting.follows_past and not _IS_SO.search(setting.clause_before):
        return Time.AFTER_THE_PAST
    return _untold(setting)


def _long_ago(setting: Setting) -> Time:
    """Long ago, if it is told in the past or the time stands after it; else both may be meant."""
    if _HISTORY.search(setting.clause_before):
        return Time.LONG_AGO
    if _IS_SO.search(setting.clause_before) or setting.clause_before.endswith(" and"):
        return Time.ONCE
    told_past = tells_past(f"{setting.clause_before} {setting.own}")
    stands_after = not _is_long_ago(setting.clause_before)
    return Time.LONG_AGO if told_past or stands_after else Time.ONCE


def _untold(setting: Setting) -> Time:
    return Time.ONCE if _PAST_STATE.search(setting.clause_before) else Time.UNTOLD


def _is_long_ago(clause: str) -> bool:
    told = _LONG_AGO.search(clause) or _WITH_A_CHILD.search(clause)
    return bool(told) and not _NOT_THE_PAST.search(clause)


def ends_long_ago(clauses: Sequence[str]) -> bool:
    """Whether the last time that these clauses tell lies long back, so that a story goes on from there."""
    for clause in reversed(clauses):
        if is_lately(clause) or _IS_SO.search(clause):
            return False
        if _is_long_ago(clause):
            return True
    return False


def who(setting: Setting) -> Who:
    """Whom it concerns: the last person named before it in its clause, else after it, else earlier."""
    if _SELF.search(setting.own):
        return Who.HERSELF
    before = f"{setting.clause_before} {setting.own}"
    if _ANYBODY.search(setting.clause_before) and not _SELF.search(before):
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
    return bool(_ELDERS.search(told) and tells_past(told) and not _IS_SO.search(setting.clause))
