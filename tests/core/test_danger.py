"""Danger signs in a message: none is missed, few harmless messages alarm. Read with the clinic's own list."""

from pathlib import Path
from time import perf_counter

import pytest
import yaml

from bot.core.danger import Act, AskFirst, Calm, DangerReader
from bot.core.danger_signs import DangerSign, DangerSigns

ROOT = Path(__file__).parents[2]
SIGNS = DangerSigns.model_validate(yaml.safe_load((ROOT / "knowledge" / "danger-signs.yaml").read_text("utf-8")))
READER = DangerReader(SIGNS)
MESSAGES = yaml.safe_load((Path(__file__).parent / "danger_messages.yaml").read_text("utf-8"))
ALARMING: list[str] = MESSAGES["danger"]
HARMLESS: list[str] = MESSAGES["calm"]


def sign_of(message: str) -> str | None:
    found = READER.read(message)
    return None if isinstance(found, Calm) else found.sign.id


def share(messages: list[str], *outcomes: type) -> float:
    return 100 * sum(isinstance(READER.read(message), outcomes) for message in messages) / len(messages)


@pytest.mark.parametrize("message", ALARMING)
def test_an_alarming_message_is_never_calm(message: str) -> None:
    assert not isinstance(READER.read(message), Calm)


def test_most_alarming_messages_act_without_asking() -> None:
    assert share(ALARMING, Act) >= 80


def test_few_harmless_messages_are_asked_about_and_hardly_any_alarms() -> None:
    assert share(HARMLESS, Act, AskFirst) <= 4
    assert share(HARMLESS, Act) <= 0.5


def test_the_messages_are_many_and_each_stands_once() -> None:
    assert len(ALARMING) >= 500
    assert len(HARMLESS) >= 500
    assert len({*ALARMING, *HARMLESS}) == len(ALARMING) + len(HARMLESS)


@pytest.mark.parametrize(
    ("message", "sign"),
    [
        ("im bleeding", "bleeding"),
        ("my water just popped", "waters"),
        ("kontrakshuns every 5 min", "labour"),
        ("something is hanging out of me", "something-coming-out"),
        ("he hasn't kicked since last night", "baby-not-moving"),
        ("i have a fever and a cerclage", "infection"),
        ("everything went black and i woke up on the floor", "collapse"),
        ("worst headache of my life and my vision is blurry", "headache-and-sight"),
        ("i cant breathe", "breathing-or-chest"),
        ("i fell down the stairs", "injury"),
        ("my husband hit me", "violence"),
        ("took all my pills", "overdose-or-poison"),
        ("i want to end it all", "suicidal-thoughts"),
        ("I think I'm losing my baby", "loss"),
        ("excruciating pain in my side", "strong-pain"),
    ],
)
def test_each_danger_is_told_under_its_own_sign(message: str, sign: str) -> None:
    assert sign_of(message) == sign


def test_of_two_dangers_the_graver_one_is_told() -> None:
    assert sign_of("I have cramps. I want to kill myself.") == "suicidal-thoughts"
    assert sign_of("I want to kill myself. I have cramps.") == "suicidal-thoughts"


def test_a_danger_that_is_so_outranks_a_graver_one_that_is_only_wondered_about() -> None:
    found = READER.read("i might have taken too much but for sure im bleeding a lot right now")
    assert isinstance(found, Act)


@pytest.mark.parametrize(
    "message",
    ["bleeding 18 weeks?", "bleeding", "i have cramps", "i had spotting at 12 weeks", "should i worry about spotting?"],
)
def test_what_is_left_unclear_is_asked_about(message: str) -> None:
    assert isinstance(READER.read(message), AskFirst)


@pytest.mark.parametrize(
    ("calm", "alarming"),
    [
        ("I'm not bleeding", "I'm not sure but I am bleeding"),
        ("no pain and no bleeding", "no pain but bleeding"),
        ("no spotting at all", "not just spotting, it's pouring"),
        ("bleeding stopped weeks ago", "bleeding hasn't stopped"),
        ("I can feel the baby", "I can't feel the baby"),
        ("the baby is moving", "the baby is not moving"),
        ("never had contractions", "never had contractions like this"),
        ("no cramps or bleeding", "no cramps, bleeding"),
        ("I lost my first at 20 weeks in 2019", "I lost my first at 20 weeks in 2019 and now I'm cramping"),
        ("is bleeding a symptom", "is it normal that I'm bleeding"),
        ("what if my water breaks", "what if it gets worse, my water just broke"),
        ("afraid of losing the baby", "I'm afraid I am losing the baby"),
        ("my sister bled last year", "my sister is bleeding"),
        ("I fell in love", "I fell in the shower"),
        ("my blood pressure is fine", "my blood pressure is fine but there is blood"),
        ("the baby kicks me", "my husband kicks me"),
        ("how do doctors stop labor", "how do i stop the bleeding"),
        ("I was scared of contractions in my last pregnancy", "I have contractions like in my last pregnancy"),
    ],
)
def test_a_small_difference_in_words_makes_the_difference(calm: str, alarming: str) -> None:
    assert isinstance(READER.read(calm), Calm)
    assert not isinstance(READER.read(alarming), Calm)


def test_she_may_say_later_that_she_has_what_she_asked_about() -> None:
    assert isinstance(READER.read("is light bleeding a symptom?"), Calm)
    assert isinstance(READER.read("is light bleeding a symptom? because i have it now"), AskFirst)


def test_the_evidence_is_words_of_the_message() -> None:
    found = READER.read("Hello, how are you. Im BLEEDNG since noon.")
    assert isinstance(found, Act)
    assert found.evidence == "bleedng"


def test_without_signs_every_message_is_calm() -> None:
    assert DangerReader(DangerSigns()).read("I am bleeding") == Calm()


def test_another_clinics_signs_work_with_the_same_code() -> None:
    tooth = DangerSign(
        id="tooth-out", title="A tooth knocked out", say="Call {clinic}.", acts=("<tooth> knocked|fell out",)
    )
    dentist = DangerReader(DangerSigns(words={"tooth": ("tooth", "teeth")}, signs=(tooth,)))
    assert dentist.read("my tooth fell out just now") == Act(tooth, "tooth fell out")
    assert dentist.read("my tuth fell out just now") == AskFirst(tooth, "tuth fell out")
    assert dentist.read("what if my tooth falls out") == Calm()
    assert dentist.read("i am bleeding") == Calm()


def test_a_wish_counts_only_where_the_sign_says_so() -> None:
    sign = DangerSign(id="leap", title="A leap", say="Wait.", acts=("leap bridge",))
    thought = sign.model_copy(update={"thought_counts": True})
    assert DangerReader(DangerSigns(signs=(sign,))).read("i might leap from the bridge") == Calm()
    assert isinstance(DangerReader(DangerSigns(signs=(thought,))).read("i might leap from the bridge"), Act)


@pytest.mark.parametrize(
    "message", ["", " ", "😀🤰", "????", "<b>&amp;</b>", "да", "我在流血", "\x00\ufffd", "1" * 400, "’" * 50]
)
def test_a_message_without_english_words_is_read_calmly(message: str) -> None:
    assert READER.read(message) == Calm()


@pytest.mark.parametrize("message", ["bleeding " * 440, "a" * 4000, "no blood, " * 400, "I walked home. " * 260])
def test_the_longest_message_is_read_within_a_second(message: str) -> None:
    before = perf_counter()
    READER.read(message)
    assert perf_counter() - before < 1


def test_a_message_is_read_in_a_moment() -> None:
    spent = []
    for message in (*ALARMING, *HARMLESS):
        before = perf_counter()
        READER.read(message)
        spent.append(perf_counter() - before)
    assert sorted(spent)[len(spent) // 2] < 0.003  # ten times what it takes, so that a busy machine passes
