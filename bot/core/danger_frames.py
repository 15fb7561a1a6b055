"""Whether a clause says that a thing is so, or wonders, imagines, or asks about the notion of it.

As in ``danger_grammar``, texts are plain words joined by single blanks, with ``§`` for every other danger.
"""

import re
from enum import IntEnum

from bot.core.danger_grammar import Setting, any_of, is_lately, tells_past, words_in
from bot.core.text import FRAME_WORDS

_NOT_IF = "".join(
    f"(?<!{verb} )"
    for verb in (
        *(
            "know",
            "sure",
            "tell",
            "see",
            "wondering",
            "wonder",
            "certain",
            "unsure",
            "check",
            "as",
            "tell me",
            "me know",
        ),
        *(
            "out",
            "idea",
            "ask",
            "asking",
            "question",
            "worried",
            "scared",
            "afraid",
            "clear",
            "even",
            "decide",
            "care",
        ),
    )
)
_SOMEBODY_THERE = r"(?! (?:you|anyone|someone|somebody|anybody|u) (?:are|is|can|could|see|have|there|read|get))"
_IF = re.compile(
    rf"{_NOT_IF}\b(?:if{_SOMEBODY_THERE}|in case|in the event|whenever|suppose|supposing|imagine|unless)\b"
)
_WILL_KNOW = re.compile(
    rf"\b(?:how|what) {any_of('will, would, do, can, could, should, does')} {any_of('i, you, we, one, someone')} "
    rf"{any_of('know, tell, recogni[sz]e, notice')}\b(?: when i am| if| when)?"
)
_BACK_TO_FACTS = words_in("but, because, please, help")
_GOING_ON = re.compile(r"\b(?:(?:i|she|we) (?:am|is|are|have been|has been)|am i|this|these|it is)\b(?: \w+){0,3}$")
_WOULD_IF = re.compile(r"\b(?:should|shall|do|must|would|will) (?:i|we|you|she)\b")
_IF_FOLLOWS = re.compile(r"^(?:\S+ ){0,4}?(?:if|in case)\b(?! (?:i|she) (?:am|is|have been)\b)")

_AFRAID = any_of(
    r"afraid, scared, terrified, worried, frightened, nervous, anxious, fear, fears, fearful, fearing, dread",
    r"dreading, panick\w+, worry, worrying, concerned, stress\w*, paranoid, phobia",
)
_COULD_COME = any_of(
    "i, a, be, have, having, get, getting, go, going, into, in, will, might, would, could, may, another",
    "start",
    "starting, any, some, also, again, early, too, ever, sudden, possible, happen, heavy, feel, feeling",
    "my(?= will)",
)
_FEAR = re.compile(
    rf"\bmy (?:\w+ )?{any_of('fear, worry, concern, nightmare')} is(?: \w+)?$|"
    r"\b(?:fear|fears|fearing|dread|dreading)$|"
    rf"\b{_AFRAID}(?: (?!am\b|is\b|are\b|this\b|these\b|have been\b)\w+){{0,3}}? "
    rf"{any_of('of, about, to, will, might, would, could, may, going to')}(?: {_COULD_COME})*$"
)
_WISH = any_of("want to, wish to, hope to, not to, likely to, supposed to, expected to, possible to, going to")
_SENSES = any_of("feel, see, touch, taste, smell, hear, tell, barely, hardly, not, be, been, help")
_MODAL = re.compile(
    rf"\b(?:will|would|can|could|may|might|should|{_WISH})"
    rf"(?: (?!{_SENSES}\b)\w+){{0,4}}$"
)
_MODAL_INSIDE = re.compile(
    r"\b(?:will|would|could|might|may|can|should)\b"
    rf"(?! {any_of('not, hardly, barely, feel, see, touch, hear, be, have')}\b)"
)
_MAYBE_SO = re.compile(r"\b(?:may|might|could|must|can)(?: \w+)? (?:be|have|been)(?: \w+){0,2}$|\b(?:i|she|we) can \w+")
_WHEN_GENERAL = re.compile(r"\bwhen (?:you|a|an|one|women|people|someone|they)\b")

_LEAD_IN = any_of(
    "and, so, but, also, ok, okay, hi, hello, hey, please, just, wondering, curious, question, quick",
    "doctor, dr",
    "well, good, morning, evening, afternoon, thanks, thank you, one more, another, then, or, hiya, dear",
    "sir",
    "madam, team, my question is, do you know, tell me, if, i have a (?:quick )?question, \\x2c",
    "i (?:am |was )?(?:just )?(?:wondering|curious|asking)",
    "i (?:would like|want|wanted|need) to (?:know|ask)",
    "(?:can|could|will|would) (?:you|someone|anyone) (?:please )?(?:tell me|explain|say|answer)",
)
_ASKS_NOTION = re.compile(
    rf"^(?:{_LEAD_IN} )*?(?:(?:at|in|from|for|by|on|about|to) )?"
    rf"{any_of('what, which, who, how, when, where, why, is, are, can, could, does, do, did, will, would, should')}\b|"
    r"^(?:may|might|any)\b"
)
_WITHOUT_I = re.compile(r"^(?:and |but |also )?(?:can|could|do|did) (?:\w+ly )?(?:feel|see|hear|smell|touch|taste)\b")
_ASKED_NOUN = any_of(
    r"symptoms?, signs?, causes?, risks?, chances?, types?, kinds?, meaning, definition, difference",
    r"information",
    r"facts, possibility, likelihood, odds, reasons?, complications?, rates?, percentage, warning",
    r"probability",
    r"questions?, read, reading, heard, hear, learn, learning, research\w*, google\w*, article, leaflet",
    r"talks?",
    r"explain, define, describe, curious, interested, lookout, look(?:ing)? (?:out )?for",
    r"watch(?:ing)? (?:out )?for",
    r"guidance, advice, info, explained, lists?, listed",
    r"prevent, preventing, avoid, avoiding, prevents, reduce, treats?",
    r"used (?:for|to), leads?",
    r"leading, includes?, including, such as, mention\w*, (?:book|article|page|leaflet|site|it) says",
    r"topic, tell me",
    r"hear more, (?<!i )means?, word, term, associated, linked, related, treatment, procedure, d&c",
    r"surgery, provoke",
    r"trigger, induce, know about, know more, (?:want|like|need|love) to (?:know|understand|learn)",
    "(?:explained|told me|tells?|asked|about) (?:what|how|why|whether)",
)
_ASKED_TAIL = any_of(
    "of, about, between, for, on, from, with, out, to, in, that, the, a, an, what, is, more, any, or",
    "and, early",
    "preterm, term, some, as, up, does, do, mean, heavy, mild, light, changes?, §(?: \\x2c)?, it, this",
    "experience",
    "having, have, how, if, when",
)
_ASKS_BY_NOUN = re.compile(rf"(?<!not )\b{_ASKED_NOUN}(?: {_ASKED_TAIL})*$")
_NORMAL = any_of(
    "normal, symptoms?, signs?, common, dangerous, possible, serious, typical, usual, expected, rare",
    "part of, bad",
    "related, caused, something, ok, okay, emergency, harmful, safe, different, called, likely, concern",
    "urgent",
    "worrying, worrisome",
)
_ITS_EFFECT = any_of("cause, mean, be, happen, lead, occur, harm, affect, hurt, trigger, feel")
_SAYS_OF_NOTION = re.compile(
    r"^(?:at \d+ weeks |in (?:early )?pregnancy |during pregnancy |in the \w+ trimester |or § |and § |§ )*"
    rf"{any_of('normal, common, dangerous, bad, serious, ok, okay, safe')}\b|"
    rf"^(?:(?!{any_of('this, that, it, what, i, my, me, she, her, please')}\b)\S+ ){{0,8}}?"
    rf"(?:(?:is|are|be|being) (?:\w+ )?(?:(?:a|an|the|one of the|considered|always|usually|also) )*{_NORMAL}|"
    r"as (?:a |an )?(?:symptom|sign)|means?|symptoms?|signs?|happens?|occurs?|look like|feels? like|"
    rf"(?:can|could|may|might|will|does|would) {_ITS_EFFECT})\b"
)
_GENERAL_TALK = words_in(
    r"(?:lookout|look out|watch|watch out) for, (?:is|are) possible, used to (?:diagnose|treat)",
    r"you (?:may|might)",
    r"(?:symptoms|signs|problems|risks|causes|complications) (?:may |can |might )?(?:include|are)",
    rf"if{_SOMEBODY_THERE} you",
)
_PERSONAL = words_in("i, my, me, wife, daughter, she, her, patient, girlfriend, today, now, since, yesterday, help")
_DEFINES = words_in("symptoms?, signs?, causes?, caused, related, look like, feel like, difference")
_WEEKS = words_in(r"\d+ (?:weeks?|months?|days?), (?:first|second|third) trimester")

_HINDER = any_of("prevent, avoid, lower, reduce, lessen, promote, improve, decrease, minimi, protect, keep, help, have")
_PLEADS = words_in(
    r"help(?! with\b| prevent| me understand| understand| me learn| me find), (?<!an )(?<!the )emergency",
    r"urgent(?:ly)?",
    rf"what (?:do|should|shall|can|could|must|to|will)(?: i| we| she| he)? do(?! to {_HINDER}), what now",
    r"sos, asap",
    "where (?:do|should|can) (?:i|we|she) go, who (?:do|should|can) (?:i|we) call, panicking, freaking",
    r"(?<!when )(?<!point )(?:should|shall|must|can|do|does) (?:i|we|she) (?:need to |have to |just )?"
    + any_of(
        "go, come, call, get (?:help|checked|seen|to|someone|an ambulance|in), see (?:a|the|my|someone)",
        "rush, head, visit, wait, phone, ring, be seen, drive, bring, take her",
    ),
)
_SEEKS_REMEDY = re.compile(
    r"\b(?:how|what)\b.*\b(?:i|to|we)(?: \w+)? (?:stop|control|slow|ease|relieve|take|use)\b|"
    r"(?<!when )(?<!point )\bshould (?:i|we|she) (?:be )?(?:worry|worried|concerned|scared)\b|\bfor the$|"
    r"^why (?!do\b|does|would|can|might|did|a\b|the\b|women)"
)
_AM = any_of(
    rf"(?:i|we|she|he) {any_of('am, is, are, was, keep, keeps, have, has, had, got, get, gets')}",
    rf"(?:i|we|she|he) {any_of('feel, feels, felt, see, saw')}",
    rf"(?:i|we|she|he) {any_of('notice, noticed, found, started, just, woke, passed, think, suspect, believe')}",
    "am i, is she, are we, was i, have i, has she",
    "(?:wife|girlfriend|daughter|patient|partner) (?:is|has|had|was|just|with)",
)
_NOT_HERS = any_of(
    r"about, of, to, for, on, that, read\w*, question\w*, wonder\w*, asking, if, pregnant, weeks",
    r"mention\w*, says?, said",
    r"book, leaflet, article, page, fear, midwife, nurse, scared, worried, curious, know, risk",
    r"concerned, told, doctor",
    r"due, high, will, would, could, can, may, might, should, do, does, did, ask",
)
_OF_HERSELF = re.compile(rf"\b(?:{_AM}|i|me|my|her|this|these|myself|his|our|im)(?: (?!{_NOT_HERS}\b)\w+){{0,4}}$")
_UNREAL_SELF = re.compile(
    rf"\b{any_of('if, should, can, will, would, could, may, might, do, does, when, what, to, did')} "
    rf"{any_of('i, my, we, she, her, you, have, having')}\b"
)
_HERSELF_AFTER = re.compile(
    r"^(?:\w+ ){0,4}?"
    + any_of(
        "i am having, i have, i had, i am getting, i get, i keep, i saw, i feel, i am feeling, i noticed",
        "from me",
        "out of me, in my, on my, down my, out me, from my, my wife, i see, inside me",
    )
    + r"\b"
)
_TELLER = any_of(
    "doctor, book, leaflet, midwife, nurse, fear, mother, sister, friend, article, page, app, symptoms?, biggest"
)
_POINTED_AT = re.compile(
    rf"\b{any_of('this, these, my, her, am i, is she, are we, have i, has my, there is, why am i', 'did my, did i')}"
    rf"(?: (?!{_TELLER}\b)\w+){{0,2}}$|"
    r"(?<!do )(?<!to )\b(?:i|she|we|wife|patient|daughter) (?:\w+ )?(?:have|has|had|having|showing|seeing|got|with)"
    r"(?: \w+)? (?:signs?|symptoms?) of(?: \w+)?$"
)
_OF_THE_FUTURE = re.compile(r"(?:when )?(?:will|would) (?:my|her|our|i|she|we)\b")
_STATES = re.compile(r"\w (?:is|are|was|were|has|have|had|keeps?|started|will not|can not|does not|do not)\b")
_SUBJECT_OF_QUESTION = re.compile(
    r"\b(?:do|does|did|can|could|will|would|may|might)"
    rf"(?: (?!{any_of('mean, do, work, take, look, feel, happen, help, be')}\b|§)\S+){{1,6}}$|^(?:is|are) \S+$"
)
_LINKS = FRAME_WORDS | frozenset(
    """during after before between light heavy mild severe abnormal preterm premature early late sudden regular
    irregular frequent real true false normal bad strong dangerous besides except than cause causes caused
    causing prevent prevents preventing avoid avoiding reduce treat treats treating stop stops stopping delay
    delays feel feels mean means experience experiencing start starts happen include includes including trigger
    triggers induce increase lead leads notice report expect symptom symptoms sign signs risk risks chance like
    watch mention mentioned says said called term word second first third brown pink red bright small slight
    some your pregnancy pregnant §""".split()  # noqa: SIM905 - a list of forty strings reads worse
)
_HAS_IT = re.compile(
    "".join(
        f"(?<!{word} )" for word in ("do", "if", "whether", "that", "think", "can", "could", "will", "should", "when")
    )
    + r"\b(?:i|she|we) (?:now |also |do |really )*(?:have|has|got|get|had|feel|am having|is having|am feeling) "
    + any_of("it, that, this, them, those, these, one, both, the same, all of, some of")
    + r"(?=$| "
    + any_of(
        "now, too, also, and, but, right, at, today, since, for, all, every, please, thank, what, should",
        "myself, again, as",
        "\\x2c",
    )
    + r")|\bnow i (?:have|do|am|got)(?: thank| please|$)|\bhappen(?:s|ing|ed)? to (?:me|her)\b(?! to)|\bhave it now\b|"
    r"\b(?:today|now) (?:(?:i|she) (?:do|does|am|is)(?: now)?(?:$| thank| please| ,)|yes\b|there is\b)"
)


class Frame(IntEnum):
    """How far a clause is from saying that a thing is so."""

    SAYS = 0
    WONDERS = 1
    IMAGINES = 2
    ASKS = 3


def frame(setting: Setting) -> Frame:
    """Whether the clause says it, wonders whether it is so, imagines it, or asks about the notion."""
    supposed = _supposed(setting)
    if supposed is not None:
        return _imagined(setting, is_going_on=_is_going_on(supposed, setting))
    if _PLEADS.search(setting.clause):
        return Frame.SAYS
    if _is_asked_about(setting):
        return _asked(setting)
    if _is_unreal(setting):
        return _imagined(setting, is_going_on=bool(_WEEKS.search(setting.clause)))
    is_unsure = _MAYBE_SO.search(setting.lead) or " going to " in setting.own
    return Frame.WONDERS if is_unsure else Frame.SAYS


def _imagined(setting: Setting, *, is_going_on: bool) -> Frame:
    return Frame.WONDERS if is_going_on or is_lately(setting.clause) else Frame.IMAGINES


def _supposed(setting: Setting) -> str | None:
    """What stands between an "if" and the danger, if there is one."""
    if _WOULD_IF.search(f"{setting.lead} {setting.own}") and _IF_FOLLOWS.search(setting.sentence_after):
        return ""
    found = list(_IF.finditer(setting.sentence_before)) or list(_WILL_KNOW.finditer(setting.sentence_before))
    if not found or _BACK_TO_FACTS.search(setting.sentence_before, found[-1].end()):
        return None
    return setting.sentence_before[found[-1].end() :]


def _is_going_on(supposed: str, setting: Setting) -> bool:
    return bool(_GOING_ON.search(supposed)) or (" my" in supposed and tells_past(setting.own))


def _is_unreal(setting: Setting) -> bool:
    if _FEAR.search(setting.lead) or _MODAL_INSIDE.search(setting.own):
        return True
    if _MAYBE_SO.search(setting.lead) or not _is_linked(setting):
        return False
    return bool(_WHEN_GENERAL.search(setting.lead) or _MODAL.search(setting.lead))


def _is_linked(setting: Setting) -> bool:
    """Whether the danger is part of the question, not only said after it without a full stop."""
    last = setting.lead.rsplit(" ", 1)[-1]
    return last in _LINKS or last.isdigit() or bool(_SUBJECT_OF_QUESTION.search(setting.lead))


def _is_asked_about(setting: Setting) -> bool:
    if _WITHOUT_I.match(setting.lead):
        return False
    return bool(
        _ASKS_NOTION.search(setting.lead)
        or _ASKS_BY_NOUN.search(setting.lead)
        or _SAYS_OF_NOTION.search(setting.clause_after)
        or (_GENERAL_TALK.search(setting.sentence) and not _PERSONAL.search(setting.sentence))
    )


def _asked(setting: Setting) -> Frame:
    if _is_of_herself(setting):
        return Frame.WONDERS if " going to " in setting.own else Frame.SAYS
    is_unsure = (
        is_lately(setting.clause)
        or _is_her_week(setting)
        or not _is_linked(setting)
        or _STATES.search(setting.own)
        or (" " in setting.own and tells_past(setting.own))
        or _SEEKS_REMEDY.search(setting.lead)
        or (setting.lead in ("is", "are", "was") and not _names_a_notion(setting))
    )
    return Frame.WONDERS if is_unsure else Frame.ASKS


def _names_a_notion(setting: Setting) -> bool:
    return bool(_SAYS_OF_NOTION.search(setting.clause_after) or _DEFINES.search(setting.own))


def _is_of_herself(setting: Setting) -> bool:
    before, after = setting.lead, setting.clause_after or setting.next_clause
    if _OF_THE_FUTURE.match(before):
        return False
    return bool(
        _POINTED_AT.search(before)
        or _HERSELF_AFTER.search(after)
        or (_OF_HERSELF.search(before) and not _UNREAL_SELF.search(before))
    )


def _is_her_week(setting: Setting) -> bool:
    """Whether a question names a week, as one does who is in it ("is it ok at 18 weeks")."""
    asks_if_well = re.match(r"(?:is|are|should)\b", setting.lead)
    return bool(asks_if_well and _WEEKS.search(setting.clause) and not _DEFINES.search(setting.clause))


def refers_back(words: str) -> bool:
    """Whether she says that she has what was spoken of ("... and now I have it")."""
    return bool(_HAS_IT.search(words))
