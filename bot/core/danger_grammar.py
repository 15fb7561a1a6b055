"""How English says that something is so, is not so, was so long ago, or is only asked about.

Everything here works on plain words joined by single blanks, in which every other danger word stands as ``§``: what
stands before a danger, what stands inside it, what stands after it. No word for a danger is known here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

_SENTENCE = re.compile(r"[^.!?\n…]*(?:\.(?=\d)[^.!?\n…]*)*[.!?\n…]*")

_SUBJECT = (
    r"(?:i|we|she|he|it|they) (?:am|is|are|was|have|has|had|do|did|can|could|just|keep|started|woke|feel|felt|got)|"
    r"there (?:is|was|are)|my|what (?:should|do|can)|is (?:it|this|that)|should i|can i|do i|why (?:am|is|does)"
)
_CONJUNCTION = (
    r"but|because|although|though|however|then|plus|except|whereas|anyway|so(?! (?:bad|much|many|badly|strong|hard|"
    r"painful|heavy|i can|that|far|little|scared|worried|afraid))|while"
)
_NEW_SUBJECT = re.compile(rf"(?:(?:and|or) )?(?:{_SUBJECT})\b")
_BREAK = re.compile(
    rf"(?:{_CONJUNCTION}|and (?:now|today|also|just|suddenly|then|it|there|i|she|he|we|my|her|his))\b"
)
_HOLDS_ON = frozenset(
    """that if when whenever because what how why who where which whether think thought thinks believe guess say says
    said told should could would can will may might do does did am is are was were have has had not never and or in on
    of to for with about from by at into onto after before while since until like than worried worry afraid scared
    terrified nervous case know sure wonder wondering tell suppose imagine hope all out off down through inside around
    over under up feel feels felt against as once unless between hit kicked hurt hurts push pushed my the a""".split()
)

_NEGATOR = (
    r"(?:no|not|without|never|zero|neither|nor|none|nothing|deny|denies|denied|free (?:of|from)|absence of)"
)
_PASSES_NOT = (
    r"(?:a|an|any|the|more|further|other|signs?|symptoms?|of|type|kind|sort|history|have|has|had|having|be|been|being|"
    r"get|got|getting|feel|feeling|felt|see|seeing|seen|notice|noticed|noticing|experience|experiencing|experienced|"
    r"suffer|suffered|suffering|from|actually|currently|yet|abnormal|unusual|vaginal|visible|actual|obvious|real|"
    r"heavy|bad|severe|strong|much|many|big|major|in|into|gone|went|go|longer|start|started|began|begun|single|"
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
    r"^(?:\w+ ){0,5}(?:like this|like that|like it|this (?:bad|much|heavy|strong)|(?:so|that) (?:bad|much|strong|heavy)|"
    r"before|(?:until|till|up to|except|since) (?:now|today|yesterday|this|last|the last|just))\b"
)
_REFUSED_AFTER = re.compile(
    r"^(?:(?:has|have|had|is|was|are|were|did|does) )*(?:(?:no|none|nil|nope|negative|absent|zero|never)(?: ,|$)|not "
    r"(?:yet )?(?:(?:start|begin|begun|happen|occur|return|been|present|there|come back|an issue|yet)(?:\w*)))"
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
    r"(?:years?|months?|decades?|ages|(?<!\d )(?<!two )(?<!one )(?<!few )weeks) (?:ago|back|earlier)|long ago|"
    r"last (?:year|summer|winter|spring|autumn|fall|pregnancy|baby|birth|labou?r|delivery|child|one|loss|time)|"
    r"(?:first|second|third|fourth|1|2|3|previous|prior|earlier|past|other|older|oldest|eldest|another|both|two) "
    r"(?:pregnanc\w+|bab(?:y|ies)|child|kids|children|births?|delivery|deliveries|sons?|daughters?|labou?r|loss|losses|"
    r"miscarriages?|twins|time)|lost my (?:first|second|third|last|previous)|"
    r"with my (?:sons?|daughters?|first|second|third|last|boys?|girls?|twins|kids|eldest|oldest|previous|other|"
    r"pregnancy with|\w+ year old)|with me\b|"
    r"when i was (?:\d+(?! (?:weeks?|days?|months?))|young|little|a|pregnant with|in (?:school|college|my)|carrying|having my)|"
    r"used to|back (?:in|then)|as a (?:child|kid|teenager|girl|baby)|in the past|a history|history of|"
    r"once before|before i (?:was|got|became) pregnant|before (?:getting )?(?:pregnant|pregnancy)|previously|formerly|"
    r"before (?:this|my) pregnancy|earlier in life|already lost)\b"
)
_NOT_THE_PAST = re.compile(
    r"\b(?:this is (?:\w+ )?(?:first|second|third)|due|since|as last|like last|same as|like (?:with )?my (?:first|last))\b"
)
_LATELY = re.compile(
    r"\b(?:now|today|tonight|currently|this (?:morning|afternoon|evening|minute|week|second|weekend)|at the moment|"
    r"suddenly|all of a sudden|keeps?|(?:few|couple|minutes?|hours?|days?|\d) ago|"
    r"(?:minutes?|hours?|days?) ago|last night|"
    r"yesterday|all (?:day|night|morning|over|afternoon|evening)|woke|(?:past|last) (?:few|couple|two|three|\d+)?(?: of)? ?"
    r"(?:hours?|days?|minutes|week)|lately|recently|for (?:the )?(?:last |past )?(?:\d+|two|three|an|a few|several|some) "
    r"(?:hours?|days?|minutes)|ongoing|just (?:had|got|started|now|saw|felt|noticed|began|woke)|since|"
    r"ever since|(?:has |have )?(?:started|begun)|starting|getting (?:bad|worse|stronger|closer)|worse|right away|"
    r"every (?:few|couple|\d+|five|ten|two|three|four) (?:minutes?|seconds?))\b"
)
_PAST_STATE = re.compile(r"\b(?:had|was|were|went through|experienced)(?: \w+){0,3}$")
_PAST_VERB = re.compile(
    r"\b(?:had|was|were|bled|lost|broke|went|started|did|got|fell|delivered|gave|came|happened)\b"
)

_KIN = (
    r"mothers?|moms?|mums?|sisters?|friends?|aunt(?:ie|y)?s?|cousins?|neighbou?rs?|cowork\w+|colleagues?|grandmothers?|"
    r"grandmas?|grans?|nans?|nanas?|boss|teachers?|lady|women|woman|bestie|roommates?|step\w+|girl|classmates?"
)
_OTHER = re.compile(
    rf"\b(?:my|our|his|her|a|the|one|some)(?: \w+)?? (?:{_KIN})(?: in law)?s?\b(?! (?:says?|said|told|thinks?))"
)
_SELF = re.compile(r"\b(?:i|me|my|myself|mine|we|our|us)\b")
_CLOSE = re.compile(
    r"\b(?:she|her|wife|wifes|girlfriend|partner|fiancee?|daughters?|granddaughter|patient|niece|client|baby)\b"
)
_GENERAL = re.compile(
    r"\b(?:women|people|you|your|patients|mothers|moms|ladies|pregnant woman|a woman|a person|a mother|someone with|"
    r"one can|somebody with|those|others|everyone)\b"
)

_IF = re.compile(
    r"(?<!know )(?<!sure )(?<!tell )(?<!see )(?<!wondering )(?<!wonder )(?<!certain )(?<!unsure )(?<!check )(?<!as )"
    r"(?<!tell me )(?<!me know )(?<!out )(?<!idea )\b(?:if|in case|in the event|whenever|suppose|supposing|imagine|unless)\b"
)
_WHEN_GENERAL = re.compile(
    r"\b(?:when|once|after|before) (?!i |my |she |he |we |standing|walking|going|getting)\w"
)
_WILL_KNOW = re.compile(
    r"\b(?:how|what) (?:will|would|do|can|could|should|does) (?:i|you|we|one|someone) (?:know|tell|recogni[sz]e|notice)\b(?: if| when)?"
)
_FEAR = re.compile(
    r"\b(?:my (?:biggest |worst |main |only |greatest )?(?:fear|worry|concern) is|afraid|scared|terrified|worried|frightened|nervous|anxious|fear|fears|fearful|fearing|dread|dreading|panick\w+|"
    r"worry|worrying|concerned|stress\w*|paranoid|phobia)"
    r"(?: (?!am\b|is\b|are\b|this\b|these\b|have been\b)\w+){0,3}? (?:of|about|to|will|might|would|could|may|going to)"
    r"(?: (?:i|my|the|a|be|have|having|get|getting|go|going|into|in|will|might|would|could|may|another|start|starting|any|"
    r"some|also|again|this|our|early|too|ever|sudden|possible|happen|heavy|feel|feeling))*$"
)
_MODAL = re.compile(
    r"\b(?:will|would|can|could|may|might|should|going to|likely to|able to|to|supposed to)"
    r"(?: (?!feel|see|smell|hear|tell|barely|hardly|not\b|be\b|been\b|help\b)\w+){0,4}$"
)
_MODAL_INSIDE = re.compile(
    r"\b(?:will|would|could|might|may|can|should)\b(?! (?:not|hardly|barely|feel|see|be\b|have\b))"
)
_MAYBE_SO = re.compile(r"\b(?:may|might|could|must|can)(?: \w+)? (?:be|have|been)(?: \w+){0,2}$")

_LEAD_IN = (
    r"(?:(?:and|so|but|also|ok|okay|hi|hello|hey|please|just|wondering|curious|question|quick|doctor|dr|well|good|"
    r"morning|evening|afternoon|thanks|thank you|,|one more|another|then|or|hiya|dear|sir|madam|team|my question is|"
    r"i (?:am |was )?(?:just )?(?:wondering|curious|asking)|i (?:would like|want|wanted|need) to (?:know|ask)|"
    r"(?:can|could|will|would) (?:you|someone|anyone|u) (?:please )?(?:tell me|explain|say|answer)|do you know|"
    r"i have a (?:quick )?question|tell me|if) )*?"
)
_ASKS_NOTION = re.compile(
    rf"^{_LEAD_IN}(?:what|which|who|how|when|where|why|is|are|can|could|does|do|did|will|would|should|may|might|any)\b"
)
_ASKS_BY_NOUN = re.compile(
    r"(?<!not )\b(?:symptoms?|signs?|causes?|risks?|chances?|types?|kinds?|meaning|definition|difference|information|facts|"
    r"possibility|likelihood|odds|reasons?|complications?|rates?|percentage|warning|probability|question|questions|read|"
    r"reading|heard|hear|hearing|learn|learning|research\w*|google\w*|article|book|leaflet|talks?|explain|define|describe|"
    r"curious|asking|ask|know|understand|interested|lookout|look|watch|watching|looking|guidance|advice|info|"
    r"prevent|preventing|avoid|avoiding|prevents|reduce|causes?|caused|cause|treat|treats|used|leads?|leading|lead|"
    r"include|includes|including|such as|mention\w*|says|said|topic|about|between|means?|called|word|term|"
    r"associated|linked|related|treatment|procedure|d&c|surgery|provoke|trigger|induce|result\w*|due)"
    r"(?: (?:of|about|for|on|from|with|out|to|in|that|the|a|an|what|is|more|any|or|and|early|preterm|term|some|as|up|my doctor|"
    r"does|do|mean|heavy|mild|light|vaginal|changes?|§ ,|§|it|this|experience|having|have|how|if|when))*$"
)
_SAYS_OF_NOTION = re.compile(
    r"^(?:\w+ ){0,8}?(?:(?:is|are|be|being|as) (?:\w+ )?(?:a |an |the |one of the |considered |always |usually |also )*(?:normal|"
    r"symptoms?|signs?|common|dangerous|possible|serious|typical|usual|expected|rare|part of|related|caused|something|"
    r"bad|ok|okay|emergency|harmful|safe|different|called|likely|concern|urgent|worrying|worrisome)|"
    r"mean|means|symptoms?|signs?|happen|happens|occur|occurs|look like|feel like|feels like|a symptom|a sign|"
    r"(?:can|could|may|might|will|does|would) (?:cause|mean|be|happen|lead|occur|harm|affect|hurt|trigger|feel)|normal|common|dangerous)\b"
)
_DEFINES = re.compile(
    r"\b(?:symptoms?|signs?|causes?|caused|related|cervical|insufficiency|ic|look like|feel like|difference)\b"
)
_PLEA = re.compile(
    r"\b(?:help(?! with\b| prevent)|(?<!an )emergency|urgent(?:ly)?|what (?:do|should|shall|can|could|must|to|will)(?: i| we| she| he)? do|"
    r"what now|where (?:do|should|can) (?:i|we|she) go|who (?:do|should|can) (?:i|we) call|"
    r"(?<!when )(?<!point )(?:should|shall|must|can|do|does) (?:i|we|she) (?:need to |have to |just )?"
    r"(?:go|come|call|get|see|rush|head|visit|wait|phone|ring|be seen|drive|bring|take her)|sos|asap|panicking|freaking)\b"
)
_WEEKS = re.compile(r"\b\d+ (?:weeks?|months?|days?)\b|\b(?:first|second|third) trimester\b")
_AM = (
    r"(?:(?:i|we|she|he) (?:am|is|are|was|keep|keeps|have|has|had|got|get|gets|feel|feels|felt|see|saw|notice|noticed|"
    r"found|started|just|woke|passed|experienced|think|thought|experiencing|suspect|believe)|am i|is she|are we|was i|have i|has she|"
    r"wife (?:is|has|had|was|just)|girlfriend (?:is|has|had|was)|daughter (?:is|has|had|was)|patient (?:is|has|had|with)|partner (?:is|has|had))"
)
_OF_HERSELF = re.compile(
    rf"\b(?:{_AM}|i|me|my|her|this|these|myself|his|our|having|with|im)"
    r"(?: (?!about|of|to\b|for\b|on\b|that\b|read|question|wonder|asking|if\b|pregnant|weeks|mention|says?\b|said|book|leaflet|article|page|fear|midwife|nurse|scared|worried|curious|know|risk|"
    r"cerclage|concerned|told|doctor|due|high|will|would|could|can\b|may|might|should|do\b|does|did\b|ask)\w+){0,4}$"
)
_UNREAL_SELF = re.compile(
    r"\b(?:if|should|can|will|would|could|may|might|do|does|when|what|to|did) (?:i|my|we|she|her|you|have|having)\b"
)
_HERSELF_AFTER = re.compile(
    r"^(?:\w+ ){0,4}?(?:i am having|i have|i had|i am getting|i get|i keep|i saw|i feel|i am feeling|i noticed|from me|"
    r"out of me|in my|on my|down my|out me|from my|my wife|i see|inside me)\b"
)
_POINTED_AT = re.compile(
    r"\b(?:this|these|my|her|am i|is she|are we|have i|has my|there is|why am i|why is my|did my|did i)(?: \w+){0,2}$"
)


_BACK_TO_FACTS = re.compile(r"\b(?:but|because)\b")
_PERSONAL = re.compile(
    r"\b(?:i|my|me|wife|daughter|she|her|patient|girlfriend|today|now|since|yesterday|help)\b"
)
_GENERAL_TALK = re.compile(
    r"\b(?:(?:lookout|look out|watch|watch out) for|(?:symptoms|signs|problems|risks|causes|complications) (?:may |can |might )?"
    r"(?:include|are)|(?:is|are) possible|used to (?:diagnose|treat)|you (?:may|might|can|could)|if you)\b"
)
_HAS_IT = re.compile(
    r"\b(?:i|she|we) (?:now |also |do |really )*(?:have|has|got|get|had|feel|am having|is having|am feeling) (?:it|that|this|them|those|these|"
    r"one|both|the same|all of|some of)\b(?! (?:condition|problem|question|idea|baby|stitch|cerclage|procedure|done|is|in|to|appointment))|"
    r"\bnow i (?:have|do|am|got)$|\bhappen(?:s|ing|ed)? to (?:me|her)\b(?! to)|\bhave it now\b"
)
_IS_SO = re.compile(
    r"\b(?:am|is|are|i have|has|we have|keep|keeps|now)\b(?! (?:had|lost|been|pregnant|a history))"
)
_GOING_ON = re.compile(
    r"\b(?:(?:i|she|we) (?:am|is|are|have been|has been)|am i|this|these|it is)\b(?: \w+){0,3}$"
)
_LIST_ITEM = re.compile(r"(?:(?:or|and|nor|no|any|a|some) )*§")
_OPENERS = frozenset(
    """i we she he it they there my what is should can do why and or but because although though however then plus
    except whereas anyway so while""".split()
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


class Denial(IntEnum):
    NO = 0
    PERHAPS = 1
    YES = 2


class Frame(IntEnum):
    """How far a clause is from saying that a thing is so."""

    SAYS = 0
    WONDERS = 1
    IMAGINES = 2
    ASKS = 3


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
    inside: str
    clause_after: str
    sentence_after: str
    earlier: tuple[str, ...]
    next_clause: str
    own: str
    fronts: tuple[str, ...]
    follows_past: bool = False

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
    if _LATELY.search(clause):
        return Time.NOW
    if _is_long_ago(clause):
        return Time.ONCE if _IS_SO.search(setting.clause_before) else Time.LONG_AGO
    if re.match(r"(?:it|that|this) was|in |about |\d+|years|back", setting.next_clause) and _is_long_ago(
        setting.next_clause
    ):
        return Time.LONG_AGO
    for earlier in reversed(setting.earlier):
        if _LATELY.search(earlier) or _IS_SO.search(earlier):
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
        if _LATELY.search(clause) or _IS_SO.search(clause):
            return False
        if _is_long_ago(clause):
            return True
    return False


def who(setting: Setting) -> Who:
    """Whom it concerns: the last person named before it in the clause, else after it, else before the clause."""
    if _SELF.search(setting.own):
        return Who.HERSELF
    for text in (setting.clause_before + " " + setting.own, setting.clause_after, *reversed(setting.earlier)):
        person = _last_person(text)
        if person is not Who.UNTOLD:
            return person
    return Who.UNTOLD


def _last_person(text: str) -> Who:
    others = [found.span() for found in _OTHER.finditer(text)]
    without = _OTHER.sub(lambda found: "_" * len(found[0]), text)
    last = {
        Who.OTHER: max((end for _, end in others), default=-1),
        Who.HERSELF: max(
            (found.end() for regex in (_SELF, _CLOSE) for found in regex.finditer(without)), default=-1
        ),
        Who.ANYBODY: max((found.end() for found in _GENERAL.finditer(without)), default=-1),
    }
    if last[Who.OTHER] >= 0 and not _SELF.search(without[last[Who.OTHER] :]):
        return Who.OTHER
    person = max(last, key=lambda who_: last[who_])
    return person if last[person] >= 0 else Who.UNTOLD


def frame(setting: Setting) -> Frame:
    """Whether the clause says it, wonders whether it is so, imagines it, or asks about the notion."""
    supposed = _supposed(setting)
    if supposed is not None:
        return (
            Frame.WONDERS if _GOING_ON.search(supposed) or _LATELY.search(setting.clause) else Frame.IMAGINES
        )
    asked = _is_asked_about(setting)
    if asked and not _is_of_herself(setting):
        return Frame.WONDERS if _LATELY.search(setting.clause) or _is_her_week(setting) else Frame.ASKS
    if not asked and _is_unreal(setting):
        return Frame.WONDERS if _LATELY.search(setting.clause) else Frame.IMAGINES
    return Frame.WONDERS if _MAYBE_SO.search(setting.clause_before) else Frame.SAYS


def _supposed(setting: Setting) -> str | None:
    """What stands between an "if" and the danger, if there is one."""
    found = list(_IF.finditer(setting.sentence_before)) or list(_WILL_KNOW.finditer(setting.sentence_before))
    if not found or _BACK_TO_FACTS.search(setting.sentence_before, found[-1].end()):
        return None
    return setting.sentence_before[found[-1].end() :]


def _is_unreal(setting: Setting) -> bool:
    before = setting.clause_before
    if _FEAR.search(before) or _MODAL_INSIDE.search(setting.inside):
        return True
    if setting.own.startswith("not ") or _MAYBE_SO.search(before):
        return False
    return bool(_WHEN_GENERAL.search(before) or _MODAL.search(before))


def _is_asked_about(setting: Setting) -> bool:
    if _PLEA.search(setting.clause) and not _IF.search(setting.clause_before):
        return False
    return bool(
        _ASKS_NOTION.search(setting.clause_before)
        or _ASKS_BY_NOUN.search(setting.clause_before)
        or _SAYS_OF_NOTION.search(setting.clause_after)
        or (_GENERAL_TALK.search(setting.sentence) and not _PERSONAL.search(setting.sentence))
    )


def _is_of_herself(setting: Setting) -> bool:
    before, after = setting.clause_before, setting.clause_after or setting.next_clause
    return bool(
        _POINTED_AT.search(before)
        or _HERSELF_AFTER.search(after)
        or (_OF_HERSELF.search(before) and not _UNREAL_SELF.search(before))
    )


def _is_her_week(setting: Setting) -> bool:
    """Whether a question names a week, as one does who is in it ("is bleeding ok at 18 weeks")."""
    asks_if_well = re.match(r"(?:is|are|should)\b", setting.clause_before)
    return bool(asks_if_well and _WEEKS.search(setting.clause) and not _DEFINES.search(setting.clause))


def refers_back(words: str) -> bool:
    """Whether she says that she has what was spoken of ("... and now I have it")."""
    return bool(_HAS_IT.search(words))
