"""Every sentence that the bot says on its own account: the type of ``knowledge/messages.yaml``, with neutral defaults.

The defaults name no clinic and no subject, so that a folder with nothing but a document works.
"""

import re
import string
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from bot.core.knowledge import Clinic, Strict

_PLACES = {
    "clinic", "phone", "emergency", "crisis", "hours", "document", "publisher", "section", "paragraphs", "published",
    "reviewed_on", "next_review", "years", "gap", "written", "read", "title", "count", "chat", "date", "wording",
    "tip", "score", "behind", "sure", "reason",
}  # fmt: skip


def _check_places(text: str) -> str:
    try:
        named = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError as error:
        raise ValueError("has a single brace; write {{ or }} for a brace that is meant as such") from error
    if unknown := sorted(named - _PLACES):
        raise ValueError(f"has unknown places {', '.join(unknown)}; known are {', '.join(sorted(_PLACES))}")
    return text


Sentence = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=3000),
    AfterValidator(_check_places),
]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Command = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=256)]


class Messages(Strict):
    """Places in braces are filled in: {clinic}, {phone}, {emergency}, {crisis}, {hours} everywhere."""

    start: Sentence = "Hello. Ask me a question in your own words. I answer from a document, and show where it says so."
    help: Sentence = (
        "Type your question in your own words. /topics lists what I know, /sources says where it is from. /subscribe "
        "brings you tips, /settings changes that."
    )
    privacy: Sentence = (
        "I remember the last thing we talked about for a day, to understand your next question. If you asked for tips, "
        "I keep that until you erase it. /mydata shows all that I keep, /forget erases it."
    )
    sample: Sentence = "This is a demonstration. The clinic and its telephone numbers are made up."

    contact: Sentence = "You can ask {clinic}: {phone}."
    not_covered: Sentence = "I am sorry, my source does not cover this."
    not_covered_gap: Sentence = "My source does not say anything about this: {gap}."
    part_not_covered: Sentence = "To another part of your message I found no answer in my source."
    near_topics: Sentence = "It does cover these topics, which may be near:"
    suggestions: Sentence = "I am not sure what you mean. Is it one of these?"
    none_of_these: Sentence = (
        "Then my source does not cover your question, or I do not understand it. You can say it in other words."
    )
    nothing_to_continue: Sentence = "I am not sure what you mean. Please ask me a whole question, or pick a topic."
    read_as: Sentence = "I read “{written}” as “{read}”."
    no_more: Sentence = "That is all that my source says about this."

    source: Sentence = "Source: “{document}”, {publisher}, section “{section}”, {paragraphs}, {published}."
    one_paragraph: Sentence = "paragraph {paragraphs}"
    several_paragraphs: Sentence = "paragraphs {paragraphs}"
    reviewed: Sentence = "Reviewed by the clinic on {reviewed_on}."
    not_reviewed: Sentence = "Not yet reviewed by the clinic."
    review_due: Sentence = "A new review has been due since {next_review}."
    sources_title: Sentence = "Where my answers come from"
    sources_document: Sentence = "“{document}”, published by {publisher} on {published}."
    sources_age: Sentence = (
        "It is {years} old. Newer knowledge may differ, so ask your clinic about anything that matters to you."
    )
    sources_references: Sentence = "It names these references:"

    confirm_urgent_title: Sentence = "Is this happening now?"
    confirm_urgent: Sentence = "Is it happening now, to you or to someone else, or was it in the last days?"
    urgent_contact: Sentence = "Call {clinic} now: {phone}. In an emergency, or if nobody answers, call {emergency}."
    urgent_title: Sentence = "Please get help now"
    after_urgent: Sentence = "First get help. This is what my source says about your question:"
    not_happening: Sentence = "Good. If it does happen, call {clinic} at once: {phone}."

    why_title: Sentence = "How I found that"
    why_wrote: Sentence = "You wrote: “{written}”."
    why_part: Sentence = "This part of it I took for a question: “{written}”."
    why_nothing: Sentence = (
        "I have no question of yours to explain. Perhaps you tapped a button, or your question is too old: I keep the "
        "words of the last one only, and use them for an hour. Please ask it again."
    )
    why_not_looked_up: Sentence = "I took it for a greeting or a remark, or could not read it, so I looked nothing up."
    why_method: Sentence = (
        "I am a computer program. I compare your words with questions that people have written down for each topic, "
        "and show what people have written about it. I make nothing up. If I misread you, please say it in other words."
    )
    why_nearest: Sentence = "Nearest to it came {title}, with {score} of 100 ({sure})."
    why_phrasing: Sentence = "The written question that is most like yours is “{written}”."
    why_words: Sentence = "Your words that I found in it, or others that mean the same: {written}."
    why_words_not: Sentence = "Your words that are not in it: {written}."
    why_second: Sentence = "Second came {title}, with {score} of 100, which is {behind} less."
    why_none: Sentence = "No topic came near."
    why_no_second: Sentence = "No other topic came near."
    why_topic: Sentence = "the topic “{title}”"
    why_gap: Sentence = "something that my source does not tell, “{gap}”"
    why_other_subject: Sentence = "another subject, “{title}”"
    why_quite_sure: Sentence = "quite sure"
    why_fairly_sure: Sentence = "fairly sure"
    why_not_sure: Sentence = "not very sure"
    why_guess: Sentence = "hardly more than a guess"
    why_answered: Sentence = "I showed you this topic because {reason}."
    why_offered: Sentence = "I asked you what you mean because {reason}."
    why_refused: Sentence = "I gave no answer because {reason}."
    why_went_on: Sentence = "I took it as going on from what I showed you just before, “{title}”."
    why_lead_written: Sentence = (
        "It is like a next question that people have written down there. "
        "It asks for {title}, with {score} of 100 ({sure})."
    )
    why_lead_learned: Sentence = (
        "These words are not written down there. By the next questions that are, it most probably asks for {title}, "
        "with {score} of 100 ({sure})."
    )
    why_gap_refused: Sentence = "So I gave no answer."
    why_picked: Sentence = "You picked “{title}” from the list that I had shown you."
    why_danger_first: Sentence = "Before anything else I look for signs of danger."
    why_danger: Sentence = "Your words “{written}” may mean this one: “{title}”."
    why_danger_unnamed: Sentence = "Your message sounds like messages from people who were in danger."
    why_told_urgent: Sentence = "It seems to be happening, so I told you first to get help."
    why_asked_first: Sentence = "I could not tell whether it is happening now, so I asked you."
    why_taken_for_question: Sentence = "I took it for a question, not for news that it is happening."
    why_said_yes: Sentence = "You said yes, so I told you to get help."
    why_said_no: Sentence = "You said no, so I went on to your question."
    why_still_urgent: Sentence = (
        "It goes on about the sign of danger that you told me of before, “{title}”, so I told you again to get help."
    )

    topics_title: Sentence = "Topics"
    topics: Sentence = "Tap a topic, or type your question."
    empty: Sentence = "I see no words in your message. Please type your question."
    attachment: Sentence = (
        "I can only read text, so I did not look at or listen to what you sent. Please type your question."
    )
    attachment_urgent: Sentence = "If you need help now, call {clinic}: {phone}, or {emergency}."
    not_english: Sentence = "I am sorry, I only understand English."
    too_long: Sentence = "Your message is very long, so I may miss something. One question at a time works best."
    unknown_command: Sentence = "I do not know this command. /help says what I can do."
    old_button: Sentence = (
        "This button is from an older time, and I no longer know what it was for. Please type your question."
    )
    error: Sentence = (
        "I am sorry, something went wrong on my side. Please try again. If it cannot wait, call {clinic}: {phone}."
    )
    tip_withdrawn: Sentence = "The clinic has taken this message back. Please do not rely on it."
    late: Sentence = "I am sorry for this late answer: I was not available for a while."

    tips_offer: Sentence = (
        "{clinic} can send you short tips, about one a week and never at night. To stop them at any time, tap “Stop "
        "tips” under a tip, or write STOP. Do you want them?"
    )
    tips_declined: Sentence = "All right, I send you no tips. /subscribe asks you again."
    tips_subscribed: Sentence = "Thank you. Tips will come from now on. Write STOP at any time, and they stop at once."
    tips_stopped: Sentence = "Your tips have stopped. You can still ask me questions. /subscribe brings tips again."
    tips_none: Sentence = "You get no tips from me, so there is nothing to stop. I write only when you write to me."
    tips_paused: Sentence = "All right, no tips until {date}. Then they come again."
    tips_resumed: Sentence = "All right, tips come again from now on. Write STOP at any time to stop them."
    tips_back: Sentence = (
        "It is good to read from you again. Your tips come again, too. Write STOP, and they stop at once."
    )
    tips_private: Sentence = "I can do this only in a private chat. Please open one with me and write it there."
    settings_title: Sentence = "Your tips"
    settings_never: Sentence = "You get no tips. You have not asked for any."
    settings_active: Sentence = "You get tips. You said yes on {date}."
    settings_paused: Sentence = "You get no tips until {date}. Then they come again."
    settings_stopped: Sentence = "You get no tips. They were stopped on {date}."

    my_data_title: Sentence = "What I keep about you"
    my_data_chat: Sentence = "The number of this chat: {chat}. I keep no name."
    my_data_consent: Sentence = "You said yes on {date}, to version {wording} of my question."
    my_data_point: Sentence = "What we spoke about last: {title}."
    my_data_offered: Sentence = "The list that I showed you last: {title}."
    my_data_asked: Sentence = "The words of your last question: “{written}”"
    my_data_pending: Sentence = "Your message about which I asked if it is happening now: “{written}”"
    my_data_sign: Sentence = "Why I last told you to get help: {title}."
    my_data_no_talk: Sentence = "Of our talk I remember nothing now."
    my_data_tips: Sentence = "The last tips that I sent you:"
    my_data_tip: Sentence = "{date}: {title} ({tip})"
    my_data_deliveries: Sentence = (
        "Notes on messages that went to all who get tips: {count}. Each says which message it was, if and when it "
        "reached you, and its number."
    )
    my_data_waiting: Sentence = "Replies to you that wait to be sent: {count}."
    my_data_messages: Sentence = "Numbers of messages that I sent you, kept for two hours: {count}."
    my_data_updates: Sentence = "Numbers of the last messages that I handled, kept for two days, without chat or words."
    my_data_erase: Sentence = "/forget erases all that I keep about you."
    forget_ask: Sentence = "Shall I erase all that I keep about you? Our talk, your tips and the rest are then gone."
    forgotten: Sentence = "Done. I have erased all that I kept about you. If you write to me again, we start afresh."
    forget_declined: Sentence = "All right, I have erased nothing."

    loss_title: Sentence = "I am so sorry"
    loss: Sentence = (
        "I am so sorry for your loss. You do not have to be alone with it. You can call {clinic}: {phone}. If it is "
        "too much to bear, call {crisis}, day or night. If there is a lot of bleeding, strong pain or a fever, or "
        "somebody feels faint, call {emergency}."
    )
    loss_fresh: Sentence = "If this has only just happened, please let somebody look after you today."
    loss_silence: Sentence = "I will not write to you unless you write to me."
    loss_tips_stopped: Sentence = "I have stopped your tips. Nothing more will come unless you ask for it."
    loss_ask: Sentence = (
        "I am not sure that I understand you. If you have lost your baby, I am so sorry. Shall I stop the tips?"
    )
    loss_question: Sentence = "All right, I have changed nothing. Please ask me your question."
    loss_past: Sentence = "I am very sorry for your loss."
    loss_listening: Sentence = "If you want to know something, please ask me. You can also call {clinic}: {phone}."

    label_more: Label = "Tell me more"
    label_source: Label = "Source"
    label_why: Label = "Why this answer?"
    label_none: Label = "None of these"
    label_topics: Label = "All topics"
    label_yes: Label = "Yes, it is happening"
    label_no: Label = "No"
    label_subscribe: Label = "Yes, send me tips"
    label_decline: Label = "No, thank you"
    label_stop: Label = "Stop tips"
    label_pause_week: Label = "Pause for 1 week"
    label_pause_month: Label = "Pause for 4 weeks"
    label_resume: Label = "Send tips again now"
    label_get_tips: Label = "Get tips"
    label_my_data: Label = "What I keep about you"
    label_forget: Label = "Erase everything"
    label_forget_yes: Label = "Yes, erase everything"
    label_forget_no: Label = "No, keep it"
    label_loss_stop: Label = "Please stop the tips"
    label_loss_question: Label = "I just have a question"

    command_start: Command = "Begin"
    command_help: Command = "What I can do"
    command_topics: Command = "Browse the topics"
    command_sources: Command = "Where the answers come from"
    command_subscribe: Command = "Get tips"
    command_unsubscribe: Command = "Stop the tips"
    command_settings: Command = "Your tips: pause, stop, start"
    command_privacy: Command = "What I remember"
    command_mydata: Command = "All that I keep about you"
    command_forget: Command = "Erase all that I keep about you"
    bot_description: Annotated[str, Field(max_length=512)] = (
        "Type a question and get the answer of a reviewed document."
    )
    bot_short_description: Annotated[str, Field(max_length=120)] = "Answers questions from a document."


def fill(text: str, clinic: Clinic, **places: object) -> str:
    """A sentence with its places filled in. Without a telephone number, ": {phone}" and the like are left out."""
    if not clinic.phone:
        text = re.sub(r"[:,]? (?:at )?\{phone\}", "", text)
    return text.format_map(
        {
            "clinic": clinic.name,
            "phone": clinic.phone or "",
            "emergency": clinic.emergency_number or "the emergency number",
            "crisis": clinic.crisis_line or clinic.emergency_number or "the emergency number",
            "hours": clinic.hours or "",
            **places,
        }
    )
