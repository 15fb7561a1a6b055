"""Conversations as JSON lines."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.core.dialogue import Dialogue
from bot.json_lines import converse

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)


def talk(dialogue: Dialogue, *lines: dict[str, Any] | bytes | str) -> list[dict[str, Any]]:
    raw = [json.dumps(line) if isinstance(line, dict) else line for line in lines]
    return [json.loads(line) for line in converse(dialogue, raw, lambda: AT)]


def test_an_answer_is_told_with_all_that_it_rests_on(plants: Dialogue) -> None:
    (out,) = talk(plants, {"chat": 7, "text": "How often should I water my plants?"})
    assert out["ranked"][0]["entry"] == "how-often-to-water"
    assert out["ranked"][0]["score"] == round(out["ranked"][0]["score"], 1)
    assert out == {
        "chat": 7,
        "kind": "answer",
        "entries": ["how-often-to-water"],
        "ranked": out["ranked"],
        "urgent": False,
        "text": "How often to water\n\nWater most house plants once a week.\n\nBefore you pour:\n\n"
        "• feel the soil with a finger\n• empty the saucer\n\n" + out["citation"],
        "full_text": out["text"] + "\n\nIn winter every second week is enough.",
        "citation": "Source: “Keeping house plants”, The Greenhouse Society, section “Watering”, "
        "paragraphs 1–3, April 30, 2019. Not yet reviewed by the clinic.",
        "buttons": [
            {"label": "Tell me more", "data": "m:how-often-to-water"},
            {"label": "In winter", "data": "p:winter-rest"},
            {"label": "Too much water", "data": "p:overwatering"},
            {"label": "Source", "data": "s:how-often-to-water"},
        ],
    }


def test_what_is_urgent_says_so_and_has_no_citation_of_its_own(plants: Dialogue) -> None:
    (out,) = talk(plants, {"chat": "a", "text": "my son swallowed a leaf! When should I repot a plant?"})
    assert (out["urgent"], out["kind"], out["entries"]) == (True, "urgent", ["repotting"])
    (alone,) = talk(plants, {"chat": "a", "text": "leaf eaten"})
    assert (alone["kind"], alone["urgent"], alone["citation"]) == ("confirm_urgent", False, None)


def test_chats_are_kept_apart_and_a_number_is_the_chat_of_its_digits(plants: Dialogue) -> None:
    question, follow_up = "how often should I water my plants", "and in winter"
    outs = talk(
        plants,
        {"chat": "a", "text": question},
        {"chat": 1, "text": "when should I repot a plant"},
        {"chat": "a", "text": follow_up},
        {"chat": "1", "text": "tell me more"},
    )
    assert [out["entries"] for out in outs] == [
        ["how-often-to-water"],
        ["repotting"],
        ["winter-rest"],
        ["repotting"],
    ]
    assert [out["chat"] for out in outs] == ["a", 1, "a", "1"]


def test_a_button_and_an_entry_are_taps(plants: Dialogue) -> None:
    tapped, entered, more = talk(
        plants,
        {"chat": 1, "button": "p:repotting"},
        {"chat": 2, "entry": "repotting"},
        {"chat": 2, "text": "tell me more"},
    )
    assert tapped == {**entered, "chat": 1}
    assert more["entries"] == ["repotting"]


def test_time_passes_as_the_lines_say(plants: Dialogue) -> None:
    def more_at(at: str) -> str:
        first = {"chat": 1, "text": "when should I repot a plant", "at": "2026-03-02T10:00:00"}
        return str(talk(plants, first, {"chat": 1, "text": "tell me more", "at": at})[1]["kind"])

    assert more_at("2026-03-02T11:00:00Z") == "answer"
    assert more_at("2026-03-02T12:00:00+01:00") == "answer"
    assert more_at("2026-03-02T11:00:01") == "not_covered"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "not JSON"),
        ("hello", "not JSON"),
        ('{"chat": 1, "text": "a"} x', "not JSON"),
        ("[]", "object"),
        ("null", "object"),
        ("{}", "chat"),
        ('{"chat": 1}', "exactly one of text, button and entry"),
        ('{"chat": 1, "text": "a", "button": "b"}', "exactly one of text, button and entry"),
        ('{"chat": 1, "text": 5}', "text"),
        ('{"chat": null, "text": "a"}', "chat"),
        ('{"chat": 1, "text": "a", "more": 1}', "more"),
        ('{"chat": 1, "text": "a", "at": "yesterday"}', "at"),
        ('{"chat": 1, "entry": "removed"}', "no point 'removed'"),
        (b'{"chat": 1, "text": "\xff"}', "UTF-8"),
        ("[" * 100_000, "deep"),
        ('{"chat": 1' + "1" * 5000 + ', "text": "a"}', ""),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_line_that_cannot_be_used_gets_an_error_in_its_place(plants: Dialogue, line: str | bytes, told: str) -> None:
    before, error, after = talk(plants, {"chat": 1, "text": "hello"}, line, {"chat": 1, "text": "hello"})
    assert list(error) == ["error"]
    assert told in error["error"]
    assert before["kind"] == after["kind"] == "small_talk"


def test_blank_lines_are_skipped(plants: Dialogue) -> None:
    assert len(talk(plants, "", b"\n", "  \t\r\n", {"chat": 1, "text": "hello"}, "")) == 1


def test_each_line_is_one_line_whatever_it_holds(plants: Dialogue) -> None:
    lines = list(converse(plants, [json.dumps({"chat": "a\u2028\nb", "text": "two\nlines"})], lambda: AT))
    assert [len(line.splitlines()) - line.count("\u2028") for line in lines] == [1]
    assert "\n" not in lines[0]
    assert json.loads(lines[0])["chat"] == "a\u2028\nb"


def test_it_answers_a_line_before_it_reads_the_next(plants: Dialogue) -> None:
    read: list[int] = []

    def lines():
        for number in range(3):
            read.append(number)
            yield json.dumps({"chat": number, "text": "hello"})

    answered = converse(plants, lines(), lambda: AT)
    assert [(json.loads(next(answered))["chat"], list(read)) for _ in range(3)] == [
        (0, [0]),
        (1, [0, 1]),
        (2, [0, 1, 2]),
    ]


def test_a_chat_keeps_its_subscription_until_the_input_ends(plants: Dialogue) -> None:
    said = ["/subscribe", "yes", "/settings", "/mydata", "/forget", "yes", "/settings"]
    outs = talk(plants, *({"chat": "a", "text": text} for text in said), {"chat": "b", "text": "/settings"})
    shown = [out["text"] for out in outs]
    assert "You get tips." in shown[2]
    assert "The number of this chat: a." in shown[3]
    assert ["You get no tips. You have not asked" in text for text in shown] == [False] * 6 + [True] * 2


def test_a_loss_has_a_kind_of_its_own(plants: Dialogue) -> None:
    (out,) = talk(plants, {"chat": "a", "text": "we lost our baby"})
    assert (out["kind"], out["urgent"], out["citation"]) == ("loss", False, None)
