"""A patient's words as tokens that can be compared: one spelling, one word form, no punctuation.

Only general English lives here. Words that belong to a subject (abbreviations, synonyms) are data, in
``knowledge/language.yaml``.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_CONTRACTIONS = {
    "im": "i am", "ive": "i have", "dont": "do not", "doesnt": "does not", "didnt": "did not",
    "cant": "can not", "cannot": "can not", "couldnt": "could not", "wont": "will not",
    "wouldnt": "would not", "shouldnt": "should not", "isnt": "is not", "arent": "are not",
    "wasnt": "was not", "werent": "were not", "havent": "have not", "hasnt": "has not",
    "hadnt": "had not", "aint": "is not", "whats": "what is", "wats": "what is", "hows": "how is",
    "wheres": "where is", "whens": "when is", "whos": "who is", "whys": "why is", "thats": "that is",
    "theres": "there is", "heres": "here is", "its": "it is", "shes": "she is", "hes": "he is",
    "theyre": "they are", "youre": "you are", "theyve": "they have", "youve": "you have",
    "weve": "we have", "lets": "let us", "gonna": "going to", "wanna": "want to", "gotta": "have to",
    "gimme": "give me", "lemme": "let me", "dunno": "do not know", "idk": "i do not know",
    "wdym": "what do you mean", "wtf": "what", "tbh": "honestly",
}  # fmt: skip

_SHORTHAND = {
    "u": "you", "r": "are", "ur": "your", "wat": "what", "wot": "what", "wut": "what", "wht": "what",
    "hw": "how", "y": "why", "n": "and", "pls": "please", "plz": "please", "plse": "please",
    "thx": "thanks", "ty": "thank you", "abt": "about", "bout": "about",
    "rn": "right now", "wk": "week", "wks": "weeks", "mth": "month", "mths": "months",
    "yr": "year", "yrs": "years", "hr": "hour", "hrs": "hours", "min": "minute", "mins": "minutes",
    "cud": "could", "shud": "should", "wud": "would", "dis": "this", "dat": "that", "dey": "they",
    "da": "the", "cuz": "because", "coz": "because", "cos": "because", "bc": "because",
    "becuz": "because", "bcuz": "because", "tho": "though", "thru": "through", "w": "with",
    "wo": "without", "ppl": "people", "smth": "something", "sth": "something", "sumthing": "something",
    "tmrw": "tomorrow", "nite": "night",
    "bby": "baby", "lil": "little", "msg": "message", "info": "information", "gud": "good",
    "kno": "know", "knw": "know", "nw": "now", "wen": "when", "den": "then", "wid": "with",
    "luv": "love", "probs": "problems", "prob": "probably", "lb": "pounds",
    "lbs": "pounds", "kg": "kilograms", "kgs": "kilograms", "kilo": "kilograms", "kilos": "kilograms",
    "omg": "", "lol": "", "btw": "", "fyi": "", "tbf": "", "um": "", "uh": "", "erm": "", "hmm": "",
    "wun": "one", "hoo": "who", "rote": "wrote", "wich": "which", "witch": "which", "iz": "is", "yor": "your",
    "yu": "you", "wiv": "with", "wif": "with", "agen": "again", "ferst": "first", "furst": "first", "nex": "next",
    "wil": "will", "thay": "they", "dus": "does", "doo": "do", "sed": "said", "enuf": "enough", "evry": "every",
    "nuffin": "nothing", "summat": "something", "sumfin": "something", "sine": "sign", "sines": "signs",
    "sings": "signs",
    "wer": "were", "woz": "was", "hav": "have", "giv": "give", "liv": "live", "luk": "look",
    "tuk": "took", "gon": "gone",
    "boddy": "body", "reel": "real", "reely": "really", "beleev": "believe", "wonna": "want to", "shoud": "should",
    "st": "", "nd": "", "rd": "", "th": "",
}  # fmt: skip

_IRREGULAR = {
    "bled": "bleed", "blood": "blood", "lost": "lose", "losing": "lose", "loses": "lose", "felt": "feel",
    "broke": "break", "broken": "break", "came": "come", "went": "go", "gone": "go", "goes": "go",
    "gave": "give", "given": "give", "took": "take", "taken": "take", "had": "have", "has": "have",
    "having": "have", "got": "get", "gotten": "get", "women": "woman", "began": "begin",
    "begun": "begin", "found": "find", "knew": "know", "known": "know", "told": "tell", "said": "say",
    "thought": "think", "ate": "eat", "eaten": "eat", "drank": "drink", "drunk": "drink",
    "fell": "fall", "fallen": "fall", "kept": "keep", "left": "leave", "tore": "tear", "torn": "tear",
    "did": "do", "does": "do", "done": "do", "was": "be", "were": "be", "is": "be", "are": "be",
    "am": "be", "been": "be", "being": "be", "made": "make", "saw": "see", "seen": "see",
    "born": "birth", "births": "birth", "put": "put", "children": "child", "died": "die", "dying": "die",
    "meant": "mean", "sewed": "sew", "sewn": "sew", "worse": "bad", "worst": "bad", "better": "good",
    "best": "good", "earlier": "early", "earliest": "early", "sooner": "soon", "soonest": "soon",
    "his": "his", "this": "this", "us": "us", "teeth": "tooth",
    "feet": "foot", "during": "during", "thing": "thing", "something": "something", "anything": "anything",
    "nothing": "nothing", "everything": "everything", "need": "need", "feed": "feed", "bleed": "bleed",
    "speed": "speed", "bring": "bring", "brought": "bring", "risen": "rise", "rose": "rise", "grew": "grow",
    "grown": "grow", "slept": "sleep", "spent": "spend", "paid": "pay", "wore": "wear", "worn": "wear",
    "shown": "show", "chose": "choose", "chosen": "choose", "forgot": "forget", "forgotten": "forget",
}  # fmt: skip

_BASES = frozenset(_IRREGULAR.values())

# Words that shape a question without naming its subject. They count for little in a match.
FRAME_WORDS = frozenset(
    {
        "a", "an", "the", "this", "that", "these", "those", "it", "its", "they", "them", "their", "he", "him",
        "his", "she", "her", "hers", "i", "me", "my", "mine", "we", "us", "our", "ours", "you", "your", "yours",
        "one", "ones", "be", "do", "have", "can", "could", "will", "would", "shall", "should", "may", "might",
        "must", "of", "in", "on", "at", "to", "from", "by", "for", "with", "without", "about", "as", "into",
        "onto", "up", "off", "out", "over", "than", "then", "so", "and", "or", "but", "if", "because", "though",
        "while", "what", "which", "who", "whom", "whose", "when", "where", "why", "how", "there", "here", "any",
        "some", "all", "each", "every", "both", "either", "no", "not", "yes", "ok", "okay", "please", "thanks",
        "thank", "hi", "hello", "hey", "just", "only", "also", "too", "very", "really", "quite", "still",
        "ever", "even", "again", "else", "already", "yet", "now", "get", "go", "come", "make", "let", "say",
        "tell", "ask", "know", "think", "want", "like", "need", "help", "thing", "something", "anything",
        "everything", "someone", "anyone", "people", "way", "kind", "sort", "lot", "much", "many", "more",
        "most", "well", "good", "oh", "um", "maybe", "perhaps", "actually", "basically", "honestly", "sorry",
        "dear", "sir", "madam", "doctor", "question", "wonder", "explain", "mean", "give", "find", "see",
        "look", "read", "hear", "understand", "information", "guess", "hope", "sure", "possible", "happen",
        "try", "use", "call", "does", "did", "was", "were", "is", "are", "am", "been", "being", "im", "going",
        "trying", "curious", "wondering",
    }
)  # fmt: skip

_LETTERS = re.compile(r"[^\W\d_](?:&[^\W\d_])+|[^\W\d_]+|\d+(?:[.,]\d+)?")
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|(?<=[?!])|\n+|\s+[-–—]+\s+|…+|\.{2,}")
_LONG_RUN = re.compile(r"([a-z])\1{2,}")
_DIGIT_WORDS = {
    "b4": "before",
    "2day": "today",
    "2nite": "tonight",
    "2moro": "tomorrow",
    "gr8": "great",
    "4eva": "forever",
}
_WITH_DIGITS = re.compile(rf"\b(?:{'|'.join(_DIGIT_WORDS)})\b")
_POSSESSIVE = re.compile(r"\b([a-z]+)'s\b")
_TAG = re.compile(r"</?[a-z][^<>]{0,200}>")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060-\u2064\ufeff\u00ad\ufe0e\ufe0f]")


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a message: as it was written, as it is read, and its stem."""

    written: str
    word: str
    stem: str

    @property
    def is_frame(self) -> bool:
        return self.word in FRAME_WORDS or self.stem in FRAME_WORDS or self.word.isdecimal()


@lru_cache(maxsize=32)
def normalise(text: str) -> str:
    """Lower case, no accents on Latin letters, straight quotes, no markup, no lengthened letters."""
    text = unicodedata.normalize("NFKD", text).casefold().lower()  # Cherokee folds to capitals
    text = "".join(c for c in text if not unicodedata.combining(c))
    text = _TAG.sub(" ", _INVISIBLE.sub("", text))
    text = text.translate({0x2019: "'", 0x2018: "'", 0x02BC: "'", 0x60: "'", 0xB4: "'"})
    text = re.sub(r"\b([a-z])\s?[&+]\s?([a-z])\b", r"\1&\2", text)
    return _LONG_RUN.sub(r"\1\1", text)


@lru_cache(maxsize=32)
def tokens(text: str) -> tuple[Token, ...]:
    """The words of a text in order, contractions and chat shorthand written out.

    >>> [t.word for t in tokens("What's D & C? im 18wks")]
    ['what', 'is', 'd&c', 'i', 'am', '18', 'weeks']
    """
    found: list[Token] = []
    for written in _LETTERS.findall(_joined(normalise(text))):
        plain = _CONTRACTIONS.get(written) or _SHORTHAND.get(written, written)
        found.extend(Token(written, word, stem(word)) for word in plain.split())
    return tuple(found)


def _joined(text: str) -> str:
    text = _WITH_DIGITS.sub(lambda found: _DIGIT_WORDS[found[0]], text)
    text = re.sub(r"\bb/c\b", "because", text)
    text = re.sub(r"\bw/o\b", "without", text)
    text = _POSSESSIVE.sub(lambda found: found[1] + ("s" if found[1] + "s" in _CONTRACTIONS else ""), text)
    return re.sub(r"(?<=[a-z])'(?=[a-z])", "", text)


def sentences(text: str) -> list[str]:
    """The sentences of a text, cut at end marks, new lines and dashes; never an empty one."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part and part.strip()]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A light English stem: plural, tense and adverb endings go, so that "bleeding" meets "bleeds".

    It is consistent rather than pretty ("dangerous" -> "danger", "baby" -> "babi"), and never shorter than three
    letters.
    """
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _BASES:
        return word
    if len(word) <= 3 or not word.isascii() or not word.isalpha():
        return word
    singular = _without_plural(word)
    root = _without_ending(singular)
    base = next((form for form in (singular, root, root + "e") if form in _BASES), None)
    return base or _without_e(root)


def _without_plural(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is", "ous")):
        return word[:-1]
    return word


_ENDINGS = (
    "ations",
    "ation",
    "ingly",
    "edly",
    "ously",
    "ings",
    "ing",
    "ness",
    "ment",
    "ed",
    "ly",
    "ous",
    "ion",
)


def _without_ending(word: str) -> str:
    for ending in _ENDINGS:
        root = word[: -len(ending)]
        if word.endswith(ending) and len(root) >= 3 and re.search("[aeiouy]", root):
            if (ending == "ion" and root[-1] not in "ts") or word.endswith("eed"):
                continue
            return root[:-1] if len(root) > 3 and root[-1] == root[-2] and root[-1] not in "lsz" else root
    return word


def _without_e(word: str) -> str:
    if word.endswith("e") and len(word) > 3:
        return word[:-1]
    if word.endswith("y") and len(word) > 3:
        return word[:-1] + "i"
    return word
