"""What patients see, through the whole program and over real HTTP."""

import pytest

from bot.cli import MENU
from bot.preview import faults

HEALING = "how long does a sprained ankle take to heal?"
HEALING_ANSWER = "heals in two to six weeks"
WALKING_ANSWER = "Walk only as far"
COOLING = "should I put ice on a sprained ankle?"
COOLING_ANSWER = "ten minutes at a time"

pytestmark = pytest.mark.usefixtures("program")


@pytest.fixture
def anna(api):
    return api.person("Anna")


def ask(api, person, words, containing="", **where):
    """Write, and wait for the answer to it."""
    question = person.write(words, **where)
    return question, api.wait_for_message(where.get("chat", person), containing=containing, after=question)


def test_start_is_greeted_and_offers_a_button(api, anna):
    _, greeting = ask(api, anna, "/start", containing="Ask me a question")
    assert greeting.buttons


def test_the_menu_and_both_descriptions_are_set(api):
    api.wait_for_call("setMyShortDescription")
    menu = [command["command"] for command in api.profile.commands[("default", "")]]
    assert menu == list(MENU)
    assert api.profile.descriptions[""]
    assert api.profile.short_descriptions[""]


def test_an_answer_has_a_bold_title_and_says_in_italics_where_it_is_from(api, anna):
    _, answer = ask(api, anna, HEALING, containing=HEALING_ANSWER)
    assert list(answer.styled("bold")) == ["How long healing takes"]
    assert "Sprained ankle" in answer.styled("italic")[0]


def test_links_are_not_previewed(api, anna):
    ask(api, anna, HEALING, containing=HEALING_ANSWER)
    sent = api.calls("sendMessage", chat_id=anna.chat_id)[-1]
    assert "is_disabled" in str(sent.parameters["link_preview_options"])


def test_a_follow_up_leans_on_the_last_answer(api, anna):
    ask(api, anna, HEALING, containing=HEALING_ANSWER)
    ask(api, anna, "can I walk on it?", containing=WALKING_ANSWER)


def test_a_tap_is_answered_by_a_new_message_and_its_spinner_stopped(api, anna):
    _, answer = ask(api, anna, HEALING, containing=HEALING_ANSWER)
    tap = anna.tap("Walking on it")
    api.wait_for_message(anna, containing=WALKING_ANSWER, after=answer)
    api.wait_for(lambda: tap.answer)


def test_an_old_button_works_although_its_message_is_inaccessible(api, anna):
    _, answer = ask(api, anna, HEALING, containing=HEALING_ANSWER)
    anna.tap("Walking on it", inaccessible=True)
    api.wait_for_message(anna, containing=WALKING_ANSWER, after=answer)


def test_a_tap_that_is_too_late_to_be_acknowledged_is_answered_all_the_same(api, anna, clock):
    _, answer = ask(api, anna, HEALING, containing=HEALING_ANSWER)
    clock.behind_seconds = 3600
    anna.tap("Walking on it")
    clock.behind_seconds = 0
    api.wait_for_message(anna, containing=WALKING_ANSWER, after=answer)


def test_data_that_no_button_has_is_answered(api, anna):
    _, answer = ask(api, anna, HEALING, containing=HEALING_ANSWER)
    tap = anna.tap_forged("x:%00:<b>", answer.message_id)
    api.wait_for_message(anna, after=answer)
    api.wait_for(lambda: tap.answer)


@pytest.mark.parametrize("send", ["send_voice", "send_photo", "send_sticker", "send_location"])
def test_what_holds_no_words_is_answered(api, anna, send):
    sent = getattr(anna, send)()
    api.wait_for_message(anna, containing="only read text", after=sent)


def test_a_photo_is_read_by_its_caption(api, anna):
    sent = anna.send_photo(HEALING)
    api.wait_for_message(anna, containing=HEALING_ANSWER, after=sent)


def test_a_message_of_4000_characters_is_answered(api, anna):
    ask(api, anna, ("my ankle is swollen and I am sad about it. " * 100)[:4000])


def test_markup_in_a_question_is_only_text(api, anna):
    ask(api, anna, '<b>bold</b> &amp; 1 < 2 </i> "quoted" &#0; <script>')
    assert all(call.ok for call in api.calls("sendMessage", chat_id=anna.chat_id))


def test_messages_of_one_chat_are_answered_in_order(api, anna):
    for words in (HEALING, COOLING, HEALING, COOLING):
        anna.write(words)
    answers = api.wait_for(lambda: len(anna.bot_messages) == 4 and anna.bot_messages)
    expected = (HEALING_ANSWER, COOLING_ANSWER, HEALING_ANSWER, COOLING_ANSWER)
    assert [part in answer.text for part, answer in zip(expected, answers, strict=True)] == [True] * 4


def test_an_edited_question_has_its_answer_edited(api, anna):
    question, answer = ask(api, anna, HEALING, containing=HEALING_ANSWER)
    anna.edit(question.message_id, COOLING)
    api.wait_for(lambda: COOLING_ANSWER in anna.message(answer.message_id).text)
    assert len(anna.bot_messages) == 1


def test_an_edit_that_changes_nothing_leaves_the_answer(api, anna):
    question, answer = ask(api, anna, HEALING, containing=HEALING_ANSWER)
    anna.edit(question.message_id, HEALING)
    assert api.wait_for_call("editMessageText", chat_id=anna.chat_id).status == 400
    ask(api, anna, COOLING, containing=COOLING_ANSWER)
    assert len(anna.bot_messages) == 2
    assert HEALING_ANSWER in anna.message(answer.message_id).text


def test_an_edit_that_makes_a_message_urgent_is_answered_anew_so_that_it_is_heard(api, anna):
    question, answer = ask(api, anna, HEALING, containing=HEALING_ANSWER)
    anna.edit(question.message_id, "I have chest pain")
    api.wait_for_message(anna, containing="Call 999", after=answer)
    assert HEALING_ANSWER in anna.message(answer.message_id).text


def test_an_edit_that_needs_more_messages_sends_them_and_one_that_needs_fewer_deletes_them(api, anna):
    long = "how long does a sprained ankle take to heal? should I put ice on a sprained ankle?"
    question, first = ask(api, anna, HEALING, containing=HEALING_ANSWER)
    anna.edit(question.message_id, long)
    api.wait_for(lambda: len(anna.bot_messages) == 2)
    anna.edit(question.message_id, COOLING)
    api.wait_for(lambda: [m.message_id for m in anna.bot_messages] == [first.message_id])
    assert COOLING_ANSWER in anna.message(first.message_id).text


def test_an_answer_that_the_patient_deleted_is_sent_anew_when_she_edits_her_question(api, anna):
    question, answer = ask(api, anna, HEALING, containing=HEALING_ANSWER)
    anna.delete(answer.message_id)
    anna.edit(question.message_id, COOLING)
    api.wait_for_message(anna, containing=COOLING_ANSWER, after=answer)


def test_an_edit_after_an_hour_is_a_new_question(api, anna, clock):
    clock.behind_seconds = 2 * 3600
    question, answer = ask(api, anna, HEALING, containing=HEALING_ANSWER)
    clock.behind_seconds = 0
    anna.edit(question.message_id, COOLING)
    api.wait_for_message(anna, containing=COOLING_ANSWER, after=answer)
    assert HEALING_ANSWER in anna.message(answer.message_id).text


def test_a_message_from_before_an_outage_is_answered_with_one_apology(api, anna, clock):
    clock.behind_seconds = 20 * 60
    _, answer = ask(api, anna, HEALING, containing=HEALING_ANSWER)
    clock.behind_seconds = 0
    assert answer.text.startswith("I am sorry for this late answer")


def test_an_urgent_answer_comes_late_without_an_apology_in_its_way(api, anna, clock):
    clock.behind_seconds = 20 * 60
    _, answer = ask(api, anna, "I have chest pain", containing="Call 999")
    clock.behind_seconds = 0
    assert "sorry" not in answer.text


class TestGroups:
    @pytest.fixture
    def group(self, api, anna):
        return api.group("Family", [anna, api.person("Ben")])

    def test_talk_among_its_members_is_not_answered(self, api, anna, group):
        anna.write(HEALING, chat=group)
        anna.write("/topics@some_other_bot", chat=group)
        anna.write("write to me@clinic_test_bot.example", chat=group)
        ask(api, anna, "/topics", containing="Topics", chat=group)
        assert len(group.bot_messages) == 1

    @pytest.mark.parametrize(
        "words",
        [
            f"@clinic_test_bot {HEALING}",
            f"{HEALING} @Clinic_Test_Bot",
            "/start@clinic_test_bot recovery-time",
        ],
    )
    def test_what_names_the_bot_is_answered_quoting_it(self, api, anna, group, words):
        question, _ = ask(api, anna, words, chat=group)
        answer = api.wait_for_message(group, containing=HEALING_ANSWER, after=question)
        assert answer.reply_to == question.message_id

    def test_a_reply_to_the_bot_is_answered(self, api, anna, group):
        _, topics = ask(api, anna, "/topics", chat=group)
        ask(api, anna, HEALING, containing=HEALING_ANSWER, chat=group, reply_to=topics.message_id)

    def test_each_member_has_a_conversation_of_her_own(self, api, anna):
        ben = api.person("Ben")
        group = api.group("Friends", [anna, ben])
        ask(api, anna, f"@clinic_test_bot {HEALING}", containing=HEALING_ANSWER, chat=group)
        _, to_ben = ask(api, ben, "@clinic_test_bot tell me more", chat=group)
        _, to_anna = ask(api, anna, "@clinic_test_bot tell me more", chat=group)
        assert ["three months" in reply.text for reply in (to_ben, to_anna)] == [False, True]

    def test_a_group_that_was_upgraded_is_answered_under_its_new_id(self, api, anna, group):
        api.faults.next(faults.flood(1), chat_id=group.chat_id)
        anna.write("/topics", chat=group)
        api.wait_for_call("sendMessage", chat_id=group.chat_id)
        upgraded = group.upgrade()
        api.wait_for_message(upgraded, containing="Topics")
