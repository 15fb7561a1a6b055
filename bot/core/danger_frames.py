"""Whether a clause says that a thing is so, or wonders, imagines, or asks about the notion of it.

As in ``danger_grammar``, texts are plain words joined by single blanks, with ``§`` for every other danger.
"""

import re
from enum import IntEnum

from bot.core.danger_grammar import LATELY, Setting
from bot.core.text import FRAME_WORDS

_GENERAL_TALK = re.compile(
    r"\b(?:(?:lookout|look out|watch|watch out) for|(?:symptoms|signs|problems|risks|causes|"
    r"complications) (?:may |can |might )?"
    r"(?:include|are)|(?:is|are) possible|used to (?:diagnose|treat)|you (?:may|might|can|could)|if you)\b"
)
_PERSONAL = re.compile(
    r"\b(?:i|my|me|wife|daughter|she|her|patient|girlfriend|today|now|since|yesterday|help)\b"
)
_HAS_IT = re.compile(
    r"(?<!do )(?<!if )(?<!whether )(?<!that )(?<!think )(?<!can )(?<!could )(?<!will )(?<!should )(?<!when )"
    r"\b(?:i|she|we) (?:now |also |do |really )*(?:have|has|got|get|had|feel|am having|is having|am feeling) "
    r"(?:it|that|this|them|those|these|one|both|the same|all of|some of)"
    r"(?=$| (?:,|now|too|also|and|but|right|at|today|since|for|all|every|please|"
    r"thank|what|should|myself|again|as))|"
    r"\bnow i (?:have|do|am|got)(?: thank| please|$)|\bhappen(?:s|ing|ed)? to (?:me|her)\b(?! to)|"
    r"\bhave it now\b|"
    r"\b(?:today|now) (?:(?:i|she) (?:do|does|am|is)(?: now)?(?:$| thank| please| ,)|yes\b|there is\b)"
)
_IF = re.compile(
    r"(?<!know )(?<!sure )(?<!tell )(?<!see )(?<!wondering )(?<!wonder )(?<!certain )(?<!unsure )"
    r"(?<!check )(?<!as )"
    r"(?<!tell me )(?<!me know )(?<!out )(?<!idea )\b(?:if|in case|in the event|whenever|suppose|"
    r"supposing|imagine|unless)\b"
)
_WHEN_GENERAL = re.compile(
    r"\b(?:when|once|after|before) (?!i |my |she |he |we |standing|walking|going|getting)\w"
)
_WILL_KNOW = re.compile(
    r"\b(?:how|what) (?:will|would|do|can|could|should|does) (?:i|you|we|one|someone) (?:know|tell|"
    r"recogni[sz]e|notice)\b(?: when i am| if| when)?"
)
_FEAR = re.compile(
    r"\bmy (?:biggest |worst |main |only |greatest )?(?:fear|worry|concern|nightmare) is(?: \w+)?$|"
    r"\b(?:fear|fears|fearing|dread|dreading)$|\b(?:afraid|scared|terrified|worried|frightened|nervous|"
    r"anxious|fear|fears|fearful|fearing|dread|dreading|panick\w+|"
    r"worry|worrying|concerned|stress\w*|paranoid|phobia)"
    r"(?: (?!am\b|is\b|are\b|this\b|these\b|have been\b)\w+){0,3}? (?:of|about|to|will|might|would|"
    r"could|may|going to)"
    r"(?: (?:i|my|the|a|be|have|having|get|getting|go|going|into|in|will|might|would|could|may|another|"
    r"start|starting|any|"
    r"some|also|again|this|our|early|too|ever|sudden|possible|happen|heavy|feel|feeling))*$"
)
_MODAL = re.compile(
    r"\b(?:will|would|can|could|may|might|should|going to|likely to|able to|to|supposed to)"
    r"(?: (?!feel|see|touch|smell|hear|tell|barely|hardly|not\b|be\b|been\b|help\b)\w+){0,4}$"
)
_MODAL_INSIDE = re.compile(
    r"\b(?:will|would|could|might|may|can|should)\b(?! (?:not|hardly|barely|feel|see|touch|hear|be\b|have\b))"
)
_MAYBE_SO = re.compile(r"\b(?:may|might|could|must|can)(?: \w+)? (?:be|have|been)(?: \w+){0,2}$")
_LEAD_IN = (
    r"(?:(?:and|so|but|also|ok|okay|hi|hello|hey|please|just|wondering|curious|question|quick|doctor|dr|"
    r"well|good|"
    r"morning|evening|afternoon|thanks|thank you|,|one more|another|then|or|hiya|dear|sir|madam|team|"
    r"my question is|"
    r"i (?:am |was )?(?:just )?(?:wondering|curious|asking)|i (?:would like|want|wanted|"
    r"need) to (?:know|ask)|"
    r"(?:can|could|will|would) (?:you|someone|anyone|u) (?:please )?(?:tell me|explain|say|answer)|"
    r"do you know|"
    r"i have a (?:quick )?question|tell me|if) )*?"
)
_ASKS_NOTION = re.compile(
    rf"^{_LEAD_IN}(?:(?:at|in|from|for|by|on|about|to) )?(?:what|which|who|how|when|where|why|is|are|"
    rf"can|could|does|do|did|will|would|should|may|might|any)\b"
)
_ASKS_BY_NOUN = re.compile(
    r"(?<!not )\b(?:symptoms?|signs?|causes?|risks?|chances?|types?|kinds?|meaning|definition|"
    r"difference|information|facts|"
    r"possibility|likelihood|odds|reasons?|complications?|rates?|percentage|warning|probability|"
    r"question|questions|read|"
    r"reading|heard|hear|hearing|learn|learning|research\w*|google\w*|article|book|leaflet|talks?|"
    r"explain|define|describe|"
    r"curious|asking|ask|know|understand|interested|lookout|look|watch|watching|looking|guidance|advice|info|"
    r"prevent|preventing|avoid|avoiding|prevents|reduce|causes?|caused|cause|treat|treats|used|leads?|"
    r"leading|lead|"
    r"include|includes|including|such as|mention\w*|says|said|topic|tell me|hear more|means?|called|word|term|"
    r"associated|linked|related|treatment|procedure|d&c|surgery|provoke|trigger|induce|result\w*|due)"
    r"(?: (?:of|about|between|for|on|from|with|out|to|in|that|the|a|an|what|is|more|any|or|and|early|preterm|"
    r"term|some|as|up|my doctor|"
    r"does|do|mean|heavy|mild|light|changes?|§ ,|§|it|this|experience|having|have|how|if|when))*$"
)
_SAYS_OF_NOTION = re.compile(
    r"^(?:at \d+ weeks |in (?:early )?pregnancy |during pregnancy |in the \w+ trimester |or § |"
    r"and § )*(?:normal|common|dangerous|bad|"
    r"serious|ok|okay|safe)\b|"
    r"^(?:(?!this\b|that\b|it\b|what\b|i\b|my\b|me\b|she\b|her\b|please\b)\S+ ){0,8}?"
    r"(?:(?:is|are|be|being) (?:\w+ )?(?:a |an |the |one of the |considered |always |usually |"
    r"also )*(?:normal|"
    r"symptoms?|signs?|common|dangerous|possible|serious|typical|usual|expected|rare|part of|related|"
    r"caused|something|"
    r"bad|ok|okay|emergency|harmful|safe|different|called|likely|concern|urgent|worrying|worrisome)|"
    r"as (?:a |an )?(?:symptom|sign)|mean|means|symptoms?|signs?|happen|happens|occur|occurs|look like|"
    r"feel like|feels like|"
    r"(?:can|could|may|might|will|does|would) (?:cause|mean|be|happen|lead|occur|harm|affect|hurt|"
    r"trigger|feel))\b"
)
_DEFINES = re.compile(
    r"\b(?:symptoms?|signs?|causes?|caused|related|look like|feel like|"
    r"difference)\b"
)
_PLEADS = re.compile(
    r"\b(?:help(?! with\b| prevent)|(?<!an )emergency|urgent(?:ly)?|what (?:do|should|shall|can|could|"
    r"must|to|will)(?: i| we| she| he)? do|"
    r"what now|where (?:do|should|can) (?:i|we|she) go|who (?:do|should|can) (?:i|we) call|"
    r"(?<!when )(?<!point )(?:should|shall|must|can|do|does) (?:i|we|she) (?:need to |have to |just )?"
    r"(?:go|come|call|get|see|rush|head|visit|wait|phone|ring|be seen|drive|bring|take her)|sos|asap|"
    r"panicking|freaking)\b"
)
_WEEKS = re.compile(r"\b\d+ (?:weeks?|months?|days?)\b|\b(?:first|second|third) trimester\b")
_AM = (
    r"(?:(?:i|we|she|he) (?:am|is|are|was|keep|keeps|have|has|had|got|get|gets|feel|feels|felt|see|saw|"
    r"notice|noticed|"
    r"found|started|just|woke|passed|experienced|think|thought|experiencing|suspect|believe)|am i|"
    r"is she|are we|was i|have i|has she|"
    r"wife (?:is|has|had|was|just)|girlfriend (?:is|has|had|was)|daughter (?:is|has|had|was)|"
    r"patient (?:is|has|had|with)|partner (?:is|has|had))"
)
_OF_HERSELF = re.compile(
    rf"\b(?:{_AM}|i|me|my|her|this|these|myself|his|our|im|patient with)"
    r"(?: (?!about|of|to\b|for\b|on\b|that\b|read|question|wonder|asking|if\b|pregnant|weeks|mention|"
    r"says?\b|said|book|leaflet|article|page|fear|midwife|nurse|scared|worried|curious|know|risk|"
    r"concerned|told|doctor|due|high|will|would|could|can\b|may|might|should|do\b|does|did\b|"
    r"ask)\w+){0,4}$"
)
_UNREAL_SELF = re.compile(
    r"\b(?:if|should|can|will|would|could|may|might|do|does|when|what|to|did) (?:i|my|we|she|her|you|"
    r"have|having)\b"
)
_HERSELF_AFTER = re.compile(
    r"^(?:\w+ ){0,4}?(?:i am having|i have|i had|i am getting|i get|i keep|i saw|i feel|i am feeling|"
    r"i noticed|from me|"
    r"out of me|in my|on my|down my|out me|from my|my wife|i see|inside me)\b"
)
_POINTED_AT = re.compile(
    r"\b(?:this|these|my|her|am i|is she|are we|have i|has my|there is|why am i|why is my|did my|did i)"
    r"(?: (?!doctor|book|leaflet|midwife|nurse|fear|mother|sister|friend|article|page|app|symptoms?\b|"
    r"biggest)\w+){0,2}$"
)
_BACK_TO_FACTS = re.compile(r"\b(?:but|because)\b")
_GOING_ON = re.compile(
    r"\b(?:(?:i|she|we) (?:am|is|are|have been|has been)|am i|this|these|it is)\b(?: \w+){0,3}$"
)


_STATES = re.compile(r"\w (?:is|are|was|were|has|have|had|keeps?|started|will not|can not|does not|do not)\b")
_SUBJECT_OF_QUESTION = re.compile(
    r"\b(?:do|does|did|can|could|will|would|may|might)(?: (?!mean\b|do\b|work|take|look|feel|happen|"
    r"help|be\b|§)\S+){1,6}$"
)
_LINKS = FRAME_WORDS | frozenset(
    """during after before between during light heavy mild severe abnormal preterm premature early late
    sudden regular irregular frequent real true false normal abnormal bad strong dangerous besides
    except than cause causes caused causing prevent prevents preventing avoid avoiding reduce treat
    treats treating stop stops stopping delay delays feel feels mean means experience experiencing start
    starts happen include includes including trigger triggers induce increase lead leads notice report
    expect symptom symptoms sign signs risk risks chance like watch mention mentioned says said called
    term word second first third brown pink red bright small slight some your pregnancy pregnant §""".split()  # noqa: SIM905 - a list of forty strings reads worse
)


_WOULD_IF = re.compile(r"\b(?:should|shall|do|must|would|will) (?:i|we|you|she)\b")
_IF_FOLLOWS = re.compile(r"^(?:\S+ ){0,4}?(?:if|in case)\b(?! (?:i|she) (?:am|is|have been)\b)")


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
        return (
            Frame.WONDERS if _GOING_ON.search(supposed) or LATELY.search(setting.clause) else Frame.IMAGINES
        )
    if _PLEADS.search(setting.clause):
        return Frame.SAYS
    if _is_asked_about(setting):
        return _asked(setting)
    if _is_unreal(setting):
        return Frame.WONDERS if LATELY.search(setting.clause) else Frame.IMAGINES
    return Frame.WONDERS if _MAYBE_SO.search(setting.lead) or " going to " in setting.own else Frame.SAYS


def _asked(setting: Setting) -> Frame:
    if _is_of_herself(setting):
        return Frame.WONDERS if " going to " in setting.own else Frame.SAYS
    if (
        LATELY.search(setting.clause)
        or _is_her_week(setting)
        or not _is_linked(setting)
        or _STATES.search(setting.own)
    ):
        return Frame.WONDERS
    return Frame.ASKS


def _is_linked(setting: Setting) -> bool:
    """Whether the danger is part of the question, not only said after it without a full stop."""
    last = setting.lead.rsplit(" ", 1)[-1]
    return last in _LINKS or last.isdigit() or bool(_SUBJECT_OF_QUESTION.search(setting.lead))


def _supposed(setting: Setting) -> str | None:
    """What stands between an "if" and the danger, if there is one."""
    if _WOULD_IF.search(f"{setting.lead} {setting.own}") and _IF_FOLLOWS.search(setting.sentence_after):
        return ""
    found = list(_IF.finditer(setting.sentence_before)) or list(_WILL_KNOW.finditer(setting.sentence_before))
    if not found or _BACK_TO_FACTS.search(setting.sentence_before, found[-1].end()):
        return None
    return setting.sentence_before[found[-1].end() :]


def _is_unreal(setting: Setting) -> bool:
    if _FEAR.search(setting.lead) or _MODAL_INSIDE.search(setting.own):
        return True
    if _MAYBE_SO.search(setting.lead) or not _is_linked(setting):
        return False
    return bool(_WHEN_GENERAL.search(setting.lead) or _MODAL.search(setting.lead))


def _is_asked_about(setting: Setting) -> bool:
    return bool(
        _ASKS_NOTION.search(setting.lead)
        or _ASKS_BY_NOUN.search(setting.lead)
        or _SAYS_OF_NOTION.search(setting.clause_after)
        or (_GENERAL_TALK.search(setting.sentence) and not _PERSONAL.search(setting.sentence))
    )


def _is_of_herself(setting: Setting) -> bool:
    before, after = setting.lead, setting.clause_after or setting.next_clause
    return bool(
        _POINTED_AT.search(before)
        or _HERSELF_AFTER.search(after)
        or (_OF_HERSELF.search(before) and not _UNREAL_SELF.search(before))
    )


def _is_her_week(setting: Setting) -> bool:
    """Whether a question names a week, as one does who is in it ("is bleeding ok at 18 weeks")."""
    asks_if_well = re.match(r"(?:is|are|should)\b", setting.lead)
    return bool(asks_if_well and _WEEKS.search(setting.clause) and not _DEFINES.search(setting.clause))


def refers_back(words: str) -> bool:
    """Whether she says that she has what was spoken of ("... and now I have it")."""
    return bool(_HAS_IT.search(words))
