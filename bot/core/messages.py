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
    "reviewed_on", "next_review", "years", "gap", "written", "read", "title", "count",
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
    help: Sentence = "Type your question in your own words. /topics lists what I know, /sources says where it is from."
    privacy: Sentence = "I remember the last thing we talked about for a day, to understand your next question."
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
    late: Sentence = "I am sorry for this late answer: I was not available for a while."

    label_more: Label = "Tell me more"
    label_source: Label = "Source"
    label_none: Label = "None of these"
    label_topics: Label = "All topics"
    label_yes: Label = "Yes, it is happening"
    label_no: Label = "No"
    label_stop: Label = "Stop tips"

    command_start: Command = "Begin"
    command_help: Command = "What I can do"
    command_topics: Command = "Browse the topics"
    command_sources: Command = "Where the answers come from"
    command_privacy: Command = "What I remember"
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
