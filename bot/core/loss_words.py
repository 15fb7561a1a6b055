"""How people say that a pregnancy ended, in plain words joined by single blanks; ``core.loss`` reads them."""

import re

from bot.core.danger_grammar import any_of

_BABY = any_of(
    r"bab(?:y|ys|ies), bubs?, bubba, sons?, daughters?, twins?, triplets?, boys?, girls?, child(?:ren)?, kids?, infant",
    "newborn, angels?, bean, peanut, f(?:o?e)tus, pregnanc(?:y|ies), little (?:one|man|lady|bean), princess",
)
_DEAR = any_of(
    "little, tiny, precious, sweet, beautiful, dear, baby, unborn, rainbow, poor, darling, only, twin, perfect, own",
    "first, second, third, last, other",
)
_WHICH = any_of(
    "my, our, the, a, this, that, his, both, both our, both my, one of the, one of our, one of my, another, her"
)
# What makes something else of a baby: "lost my baby weight", "lost the baby's heartbeat".
_THINGS = any_of(
    "weight, fat, teeth, tooth, shoes?, socks?, books?, cards?, bump, showers?, plug, monitor, phone, clothes, hair",
    "toys?, names?, blues, brain, photos?, pictures?, sitter, papers, appointment, passport, bag, test, heart ?beat",
)
_SPAN = rf"(?:{any_of('only, just, about')} )?(?:an?|one|two|three|few|\d+) {any_of('minutes?, hours?, days?, weeks?')}"
_AWAY = any_of(
    "died, dead, deceased, stillborn, still born, born still, born sleeping, born asleep, born dead, passed away",
    "passed on, gone(?! (?:quiet|down|up|to sleep|to bed|breech|off|back|out|home|crazy|over))",
    "(?:not|no longer) alive, not (?:live|survive|surviving|survived), (?:in|to) heaven, with the angels, a star now",
    r"not make it(?! (?:to|on|in time|up|easy)\b), took (?:his|her) last breath, angel now",
    rf"lived (?:for )?{_SPAN}, too (?:small|early|little|young) to (?:live|survive)",
    "hearts? (?:has |had )?stop(?:ped)?",
)
# A word between the one who died and that: no word with which somebody or something else comes in.
_ON = rf"(?:(?!{any_of('my, our, your, i, when, while, and the, but the, because the, phone, school')} )\w+ )"
_ENDING = any_of("miscarriage, miscarry, stillbirth, still birth, abortion, termination, loss, fetal demise")
_KIND = any_of(
    r"a, an, my, our, another, the, late, early, missed, second, trimester, complete, spontaneous, silent, sad",
    r"terrible",
    r"medical, recent, sudden, pregnancy, baby, in, weeks?, \d+, this",
)
_HEART = r"heart ?beat(?! (?:problem|issue))"

EVENTS = tuple(
    re.compile(rf"\b(?:{pattern})\b")
    for pattern in (
        rf"lost (?:{_WHICH} )?(?:{_DEAR} )*{_BABY}(?! {_THINGS})",
        r"lost (?:him|her|them)(?=$| (?:at|on|in|yesterday|last|this|today|two|too|again|and|because|\d))",
        "lost (?:another(?: one)?|this one)",
        r"lost (?:one|two|three) (?:at|in|before|last)",
        rf"{_BABY} {_ON}{{0,7}}?{_AWAY}",
        r"(?:he|she|they) (?:\w+ ){0,2}(?:stillborn|born (?:sleeping|asleep|still|dead)|not survive)",
        r"(?:he|she|they|it) did not make it(?! (?:to|on|in time|up|easy)\b)",
        rf"(?:he|she|they) (?:only |just )?lived (?:for )?{_SPAN}",
        "(?:he|she) (?:is|was|were) (?:with the angels|in heaven|too (?:small|early) to (?:live|survive))",
        r"(?:his|her) heart (?:\w+ )?stop(?:ped)?",
        r"(?<!baby )\w+ (?:was|were) (?:stillborn|born (?:sleeping|asleep|still))",
        rf"{any_of('angel, angels')} (?:was|were) born",
        rf"(?:could|can|did) not save (?:him|her|them|it|(?:{_WHICH} )?{_BABY})",
        rf"(?:had|suffered|went through|experienced|got) (?:{_KIND} )*{_ENDING}",
        "miscarried",
        rf"(?:ended|ending|end) in (?:{_KIND} )*{_ENDING}",
        rf"(?:it|this) (?:was|is) (?:{_KIND} )*(?:miscarriage|stillbirth)",
        rf"(?:confirmed|told|said|diagnosed)(?: \w+){{0,4}} (?:{_KIND} )*(?:miscarriage|stillbirth)",
        "(?:miscarriage|stillbirth) (?:was |is )?confirmed",
        "iufd|(?:fetal|intrauterine) (?:demise|death)",
        rf"pregnancy (?:{any_of('is, has, was, just, already, now, sadly, been, also, all')} )*"
        rf"{any_of('over, ended, lost, gone, finished, terminated')}",
        "no longer (?:pregnant|expecting)",
        r"not (?:pregnant|expecting)(?: \w+)? (?:any ?more|any longer|now)",
        rf"not (?:having|have|get|getting) (?:{_WHICH} )?{_BABY} (?:any ?more|any longer|after all)",
        "no longer (?:has|have|having) (?:a|the|my|our) baby",
        rf"(?:had to|decided to|have to|we|i|they) (?:\w+ )?(?:end|terminat)(?:ed|e)? (?:it|(?:{_WHICH} ){_BABY})",
        "(?:had|have|decided) to terminate",
        "(?:there (?:is|will be|be|was)|will have|have|with|and|but) no (?:more )?bab(?:y|ies)",
        r"no (?:more )?baby(?=$| now| any)|will not be (?:a|any) baby|without (?:my|our) baby|empty arms",
        rf"{any_of('has, had, is, was, showed, shows, found, detected, saw')} no (?:more )?(?:fetal )?{_HEART}",
        rf"(?:could|did) not (?:find|see|hear|detect) (?:(?:a|the|any|his|her|babys?) )?{_HEART}",
        rf"(?<!\w )no {_HEART} \w+",
        rf"(?:bury|buried|burying|cremated|funeral (?:for|of)|goodbye to) (?:{_WHICH} )?(?:{_DEAR} )*{_BABY}",
        rf"(?:birth to|delivered) (?:{_WHICH} )?(?:dead|stillborn|sleeping) {_BABY}",
    )
)

# All that a message says: a loss, or perhaps one.
ALONE = re.compile("(?:a |my |our |had )?(?:stillbirth|stillborn|still birth|still born)")
PERHAPS_ALONE = re.compile(
    rf"(?:a |my |our |the )?(?:missed |late )*(?:miscarriage|abortion|termination|loss|no {_HEART})"
    "|(?:i |we )?lost (?:it|her|him|one)|it is (?:all )?over(?: now)?"
)
# A loss that the message does not tell of, and mentions.
MENTIONS = re.compile(
    rf"\b(?:after|since|following|because of|from|with|about) (?:my|our) (?:{_KIND} )*{_ENDING}\b"
    r"|\b(?:i|we) (?:\w+ )?lost (?:it|one)\b|\bgrieving\b|\barms are empty\b"
    r"|\b(?:do not|stop|please no|no more) (?:\w+ ){0,6}(?:baby|babies|pregnancy|pregnant)\b(?: \w+){0,2} any ?more"
)
ASKS_WHY = re.compile(
    rf"\b(?:why|how come|how could|my fault(?! if)|did i do)\b.*"
    rf"(?:\blost\b|\bdied?\b|\blose (?:{_WHICH} )?(?:{_BABY}|him)\b|\b(?:i|we) (?:lose|miscarry)\b)"
)

OWN = frozenset({"i", "we", "us", "my", "our", "wife", "girlfriend", "gf", "partner", "fiancee", "spouse", "husband"})
# fmt: off
OTHERS = frozenset({
    "sister", "sisters", "friend", "friends", "cousin", "cousins", "mother", "mum", "mom", "mums", "moms",
    "mommy", "mama",
    "aunt", "auntie", "aunty", "aunts", "neighbor", "neighbour", "coworker", "colleague", "patient", "patients",
    "woman",
    "women", "lady", "ladies", "someone", "somebody", "people", "others", "mothers", "daughter", "niece", "grandmother",
    "grandma", "nan", "nana", "gran", "granny", "mil", "father", "dad", "brother", "uncle", "son", "boss", "teacher",
    "stepsister", "stepmother", "mate", "roommate", "flatmate", "buddy", "pal", "client", "student", "classmate", "who",
    "acquaintance", "relative", "couple", "celebrity", "actress", "singer", "queen", "princess", "everyone",
    "everybody",
    "anyone", "most", "many", "some", "ex", "hers", "cat", "dog", "cow", "goat", "horse", "rabbit", "hamster", "bird",
    "sheep", "mare", "film", "movie", "book", "story", "show", "series", "tv", "novel", "article", "news", "post",
    "forum", "online", "internet", "page",
})
# fmt: on
# Those of the others who may also be the one who was lost, or no one.
OWN_OR_OTHERS = frozenset({"daughter", "son", "princess", "some", "many", "most", "who", "people"})
SHE = frozenset({"she", "he", "they", "her", "their"})


def _words(*phrases: str) -> str:
    return rf"\b{any_of(*phrases)}\b"


CALM_BEFORE = re.compile(
    _words(
        "if, whether, unless, in case, can, could, will, would, may, might, should, shall, does, do, afraid, scared",
        "fears?, fearing, frightened, worr(?:y|ied|ying), terrified, nervous, anxious, dream(?:t|ed|s)?, nightmare",
        "imagined?, picture, chances?, risk, likely, likelihood, odds, prevent, avoid, almost, nearly, never, not",
        "without, instead of, f(?:elt|eel) like, as if, thought, signs? of, symptoms? of, means?, causes?, leads?",
    )
)
# What is no fear and no question, although it has the words of one.
STATES = re.compile(
    r"\b(?:could|can|did) not (?:save|find|see|hear|detect|work|hold)\b|\bdo not (?:want|need|send|text|any ?more)\b"
)
HEDGED = re.compile(_words("think, believe, guess, maybe, perhaps, probably, sure, seems?, looks, must have, when"))
ASKS = re.compile(
    rf"^(?:{any_of('and, so, but, also, ok, hi, hello, hey, please, well, um, then, or')} )*"
    rf"(?:{any_of('what, how, where, which, can, could, should, would, will, is, are, am, do, does, did, may, whose')}"
    r"|was|were|when(?! (?:i|we) (?:was|were))|who|ha(?:s|ve)(?! (?:lost|miscarried|had)))\b"
)

_NUMBER = any_of(
    r"\d+, an?, one, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve, few, several, many"
)
_NTH = any_of("first, 1st, second, 2nd, third, last, previous, prior, past, earlier, other, older, oldest, eldest")
RECENT = re.compile(
    _words(
        "today, tonight, yesterday, last night, this (?:morning|week|month|evening|afternoon), last (?:week|month)",
        "days? ago, weeks? ago, hours? ago, (?:mon|tues|wednes|thurs|fri|satur|sun)day, recently, an? month ago",
        "one month ago, weekend, tomorrow, just (?:lost|had|miscarried|delivered|found out|been told|died)",
    )
)
LONG_AGO = re.compile(
    rf"\b(?:{_NUMBER}|\w+) years? (?:ago|back|before|earlier)\b|\byears\b(?! old)|\blast year\b|\blong ago\b"
    r"|\bback then\b|\bdecades?\b|\b(?:[7-9]|1\d|2\d|seven|eight|nine|ten|eleven|twelve) months (?:ago|back)\b"
    r"|\bwhen i was (?:\d\d(?! weeks)|young|younger|a (?:teenager|girl|kid))\b|\blost (?:two|three|four) at\b"
)
AN_EARLIER = re.compile(
    rf"\b(?:my|our|the|her|a) {_NTH} (?:\w+ )?(?:{_BABY}|one|time|birth|loss|losses)\b|\blost (?:my|our|the) {_NTH}\b"
    r"|\b(?:losses|miscarriages|pregnancies|babies|baby|one|son|daughter|loss|stillbirth|miscarriage|weeks) before\b"
    r"|\b(?:two|three|four|five|several|\d|many|multiple|recurrent) (?:losses|miscarriages|stillbirths|abortions)\b"
    r"|\bhistory of\b|\b(?:previous|prior|past|earlier) (?:\w+ ){0,2}(?:loss|losses|miscarriages?|stillbirths?)\b"
    rf"|\b{_NTH} pregnancy\b|\bbefore (?:this|my|i|we|getting)\b|\bthis time\b|\bthis is my\b"
)
PREGNANT_AGAIN = re.compile(
    r"\bpregnant (?:again|now)\b|\b(?:now|currently|again) pregnant\b|\bexpecting again\b|\b(?:am|fell) pregnant\b"
    r"|\b(?:am|she is|is|now|currently|today) (?:now |about |almost |currently )?\d{1,2} ?(?:weeks?|w|wk|months?)\b"
    r"|\b\d{1,2} weeks? (?:now|today|pregnant|along)\b|\bpregnant\b(?=.*\bwith (?:a|my|our)\b)"
)
WANTS_ANOTHER = re.compile(
    r"\b(?:try|trying|tries|conceive|pregnant) (?:\w+ )?(?:again|another)\b|\btry for\b|\btrying\b|\bplanning\b"
    r"|\b(?:(?<!lost )another|next|future) (?:baby|child|pregnancy|pregnancies|one|time)\b|\b(?:other|more) children\b"
)
FRESH = re.compile(
    _words(
        "today, tonight, last night, this (?:morning|evening|afternoon), just (?:now|lost|had|miscarried)",
        "hours? ago, minutes? ago, right now",
    )
)
SEEN_TO = re.compile(
    _words("hospital, doctors?, nurses?, midwife, clinic, scan, ultrasound, surgery, they, discharged, d&c, ward")
    + r"|\bbur(?:y|ied)\b|\bfuneral\b"
)
YEAR = re.compile(r"\b(?:19[5-9]\d|20[0-4]\d)\b")

# Words that are often misspelt here. A long one may have two slips, a short one a single slip that makes no other word.
LONG = (
    "miscarriage", "miscarriages", "miscarried", "miscarry", "stillbirth", "stillborn", "heartbeat", "pregnancy",
    "pregnant", "daughter", "abortion", "termination", "terminated", "survive", "anymore",
)  # fmt: skip
SHORT = (
    "baby", "babies", "lost", "died", "dead", "twins", "passed", "buried", "alive", "stopped",
    "would", "could", "does", "dream", "dreamt", "scared", "afraid", "worried",
)  # fmt: skip
OTHER_WORDS = frozenset(
    re.split(
        ", ",
        "list, last, lot, lots, lose, loss, cost, post, most, host, loft, lust, lest, bay, babe, dies, dried, tied, "
        "lied, diet, dined, deal, dear, head, read, deaf, dean, lead, twin, parsed, paused, pass, passes, based, "
        "carried, married, hurried, live, rabies, stepped, topped, shopped, die, dad, olive, cloud, world, cold, cord, "
        "dose, drew, shared, stared, scarred, braid, word, wood, mould, wound, code, goes, doe, cream, bread",
    )
)
SAME = {
    "babby": "baby", "bby": "baby", "babay": "baby", "babey": "baby", "bubby": "baby", "ded": "dead", "lst": "lost",
    "lossed": "lost", "losted": "lost", "dyed": "died", "dide": "died", "preggo": "pregnant", "preg": "pregnant",
    "wifes": "wife", "sis": "sister", "frend": "friend", "tfmr": "termination", "foetal": "fetal", "mc": "miscarriage",
}  # fmt: skip
