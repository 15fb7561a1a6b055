"""The other side of a chat: what people do in their Telegram apps."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from bot.preview.chats import Attachment, Button, Chat, Message, Person, Standing
from bot.preview.detection import find_entities
from bot.preview.markup import Formatted, parse_html
from bot.preview.sending import keep_file, photo_sizes
from bot.preview.tidying import tidy
from bot.preview.wire import chat_json, inaccessible_json, person_json
from bot.preview.world import CallbackAnswer, World

_FIRST_GROUP_ID = 4_000_000_000
_PNG = b"\x89PNG\r\n\x1a\n preview"


class ImpossibleError(AssertionError):
    """A person cannot do this in the app: the test, or the page, asked for it by mistake."""


@dataclass(frozen=True, slots=True)
class Tap:
    """A button that was tapped; `answer` is what the bot made of it, None until it answers."""

    world: World
    query_id: str

    @property
    def answer(self) -> CallbackAnswer | None:
        with self.world.lock:
            return self.world.callbacks[self.query_id].answer


class Room:
    """A chat as it stands on the screen."""

    def __init__(self, world: World, chat_id: int) -> None:
        self._world = world
        self.chat_id = chat_id

    @property
    def chat(self) -> Chat:
        with self._world.lock:
            return self._world.chats[self.chat_id]

    @property
    def messages(self) -> tuple[Message, ...]:
        """Oldest first; edits show, deleted ones are gone."""
        with self._world.lock:
            return tuple(self._world.messages[self.chat_id].values())

    @property
    def bot_messages(self) -> tuple[Message, ...]:
        return tuple(message for message in self.messages if message.from_bot)

    def message(self, message_id: int) -> Message:
        """Raises ImpossibleError where it does not stand there (any more)."""
        with self._world.lock:
            found = self._world.find(self.chat_id, message_id)
        if found is None:
            raise ImpossibleError(f"no message {message_id} in chat {self.chat_id}")
        return found


class Group(Room):
    """A group with the bot in it."""

    def kick_bot(self) -> None:
        self._move_bot(Standing.KICKED, "member", "kicked")

    def readmit_bot(self) -> None:
        self._move_bot(Standing.OPEN, "kicked", "member")

    def upgrade(self) -> "Group":
        """Makes it a supergroup under a new id; writing to the old one is refused with that id."""
        with self._world.lock:
            successor_id = -(10**12) + self.chat_id
            chat = self._world.set_standing(self.chat_id, Standing.UPGRADED, successor_id)
            self._world.open_chat(Chat(successor_id, "supergroup", chat.title, Standing.OPEN))
            self._world.members[successor_id] = self._world.members[self.chat_id]
            moved = {"migrate_to_chat_id": successor_id}
            _say(self._world, self.chat_id, self._world.bot, service=moved)
        return Group(self._world, successor_id)

    def _move_bot(self, standing: Standing, before: str, after: str) -> None:
        with self._world.lock:
            chat = self._world.set_standing(self.chat_id, standing)
            person = self._world.chats[min(self._world.members[self.chat_id])].person
            assert person is not None, "members are people"
            _tell_membership(self._world, chat, person, before, after)


class Visitor(Room):
    """A person, and her private chat with the bot.

    Every method that writes returns the message as it now stands. `chat` is where: the private chat unless a
    group is named. The bot hears of it in its next poll.
    """

    def __init__(self, world: World, person: Person) -> None:
        super().__init__(world, person.id)
        self.person = person

    def write(self, text: str, *, chat: Room | None = None, reply_to: int | None = None) -> Message:
        """Send a text, tidied as the app and the server do; commands and mentions in it become entities."""
        tidied = tidy(Formatted(text)).text
        if not tidied:
            raise ImpossibleError("an empty message cannot be sent")
        return self._send(chat, text=tidied, entities=find_entities(tidied), reply_to=reply_to)

    def write_formatted(self, html: str) -> Message:
        """Send a text with bold, links and the like, as the app's menu makes them."""
        tidied = tidy(parse_html(html))
        return self._send(None, text=tidied.text, entities=tidied.entities)

    def edit(self, message_id: int, text: str, *, chat: Room | None = None) -> Message:
        room = chat or self
        with self._world.lock:
            before = room.message(message_id)
            if before.sender != self.person:
                raise ImpossibleError("only one's own message can be edited")
            tidied = tidy(Formatted(text)).text
            after = replace(before, text=tidied, entities=find_entities(tidied), edited_at=self._world.now())
            self._world.put(after)
            self._world.tell_bot("edited_message", self._world.json_of(after))
        return after

    def tap(
        self,
        button: str,
        *,
        message_id: int | None = None,
        chat: Room | None = None,
        inaccessible: bool = False,
    ) -> Tap:
        """Tap the inline button with these words, or this data, on a message, or on the newest that has it.

        `inaccessible` sends the update as for a message too old to show: without text. Raises ImpossibleError
        where no such button stands.
        """
        room = chat or self
        with self._world.lock:
            message, found = _find_button(room, button, message_id)
            if not found.data:
                raise ImpossibleError(f"the button {found.text!r} tells the bot nothing")
            query = self._world.new_callback()
            here = self._world.chats[room.chat_id]
            shown = inaccessible_json(message, here) if inaccessible else self._world.json_of(message)
            content = {"id": query.query_id, "from": person_json(self.person), "message": shown}
            self._world.tell_bot("callback_query", {**content, "chat_instance": str(here.id), "data": found.data})
        return Tap(self._world, query.query_id)

    def tap_forged(self, data: str, message_id: int) -> Tap:
        """A callback with data that no button carries, as a modified app can send it."""
        with self._world.lock:
            query = self._world.new_callback()
            content = {"id": query.query_id, "from": person_json(self.person), "chat_instance": "0"}
            shown = self._world.json_of(self.message(message_id))
            self._world.tell_bot("callback_query", {**content, "message": shown, "data": data})
        return Tap(self._world, query.query_id)

    def send_photo(self, caption: str = "", *, chat: Room | None = None) -> Message:
        with self._world.lock:
            file_id = keep_file(self._world, _PNG)
            photo = Attachment("photo", photo_sizes(file_id, len(_PNG)), takes_caption=True)
            return self._send(chat, text=caption, entities=find_entities(caption), attachment=photo)

    def send_album(self, count: int) -> Message:
        """Several photos at once, which come as a message each; returns the last."""
        with self._world.lock:
            file_id = keep_file(self._world, _PNG)
            photo = Attachment("photo", photo_sizes(file_id, len(_PNG)), takes_caption=True)
            album = {"media_group_id": str(self._world.next_message_id())}
            return [self._send(None, attachment=photo, service=album) for _ in range(count)][-1]

    def send_voice(self, *, chat: Room | None = None) -> Message:
        fields = {"file_id": "AwACAgIAAx-voice", "file_unique_id": "voice", "duration": 3}
        return self._send(chat, attachment=Attachment("voice", fields, takes_caption=True))

    def send_sticker(self, *, chat: Room | None = None) -> Message:
        fields = {"file_id": "CAACAgIAAx-sticker", "file_unique_id": "sticker", "type": "regular"}
        size = {"width": 512, "height": 512, "is_animated": False, "is_video": False}
        return self._send(chat, attachment=Attachment("sticker", {**fields, **size}))

    def send_location(self, *, chat: Room | None = None) -> Message:
        return self._send(chat, attachment=Attachment("location", {"latitude": 52.5, "longitude": 13.4}))

    def delete(self, message_id: int) -> None:
        """Delete for both sides; Telegram does not tell a bot."""
        with self._world.lock:
            self._world.delete(self.message(message_id))

    def block(self) -> None:
        self._change_standing(Standing.BLOCKED, "member", "kicked")

    def unblock(self) -> None:
        self._change_standing(Standing.OPEN, "kicked", "member")

    def deactivate(self) -> None:
        """The account is deleted; the bot is not told."""
        with self._world.lock:
            self._world.set_standing(self.chat_id, Standing.DEACTIVATED)

    def _change_standing(self, standing: Standing, before: str, after: str) -> None:
        with self._world.lock:
            chat = self._world.set_standing(self.chat_id, standing)
            _tell_membership(self._world, chat, self.person, before, after)

    def _send(self, room: Room | None, **content: Any) -> Message:
        with self._world.lock:
            chat_id = room.chat_id if room else self.chat_id
            chat = self._world.chats[chat_id]
            if chat.standing is Standing.UNOPENED:
                self._world.set_standing(chat_id, Standing.OPEN)
            elif chat.person and chat.standing is not Standing.OPEN:
                raise ImpossibleError(f"nobody writes in a chat that is {chat.standing}")
            elif not chat.person and self.person.id not in self._world.members[chat_id]:
                raise ImpossibleError(f"{self.person.first_name} is not in this group")
            return _say(self._world, chat_id, self.person, **content)


def introduce(world: World, person: Person) -> Visitor:
    """A person with an account; for the bot she exists once she has written to it."""
    with world.lock:
        if person.id not in world.chats:
            world.open_chat(Chat(person.id, "private", person.first_name, Standing.UNOPENED, person))
    return Visitor(world, person)


def admit(world: World, ids: Iterable[int]) -> None:
    """People whose chats with the bot are open and empty."""
    with world.lock:
        for person_id in ids:
            person = Person(person_id, f"P{person_id}")
            world.chats[person_id] = Chat(person_id, "private", person.first_name, Standing.OPEN, person)
            world.messages[person_id] = {}
        world.touch()


def gather(world: World, title: str, members: Iterable[Visitor], group_id: int | None) -> Group:
    """A group that the first member adds the bot to; the bot is told."""
    people = [visitor.person for visitor in members]
    with world.lock:
        chat_id = group_id or -(_FIRST_GROUP_ID + len(world.chats))
        chat = world.open_chat(Chat(chat_id, "group", title, Standing.OPEN))
        world.members[chat_id] = {person.id for person in people}
        _tell_membership(world, chat, people[0], "left", "member")
        joined = {"new_chat_members": [person_json(world.bot)]}
        _say(world, chat_id, people[0], service=joined)
    return Group(world, chat_id)


def _say(world: World, chat_id: int, sender: Person, **content: Any) -> Message:
    message = world.put(Message(chat_id, world.next_message_id(), sender, world.now(), **content))
    if _bot_hears(world, message):
        world.tell_bot("message", world.json_of(message))
    return message


def _bot_hears(world: World, message: Message) -> bool:
    """With privacy mode on, of a group's talk only commands that may be for the bot, and replies to it."""
    chat = world.chats[message.chat_id]
    if chat.standing is not Standing.OPEN and chat.standing is not Standing.UPGRADED:
        return False
    if chat.person or not world.privacy_mode or message.service:
        return True
    replied = world.find(chat.id, message.reply_to) if message.reply_to else None
    if replied and replied.from_bot:
        return True
    return any(_is_for_bot(world, command) for command in message.styled("bot_command"))


def _is_for_bot(world: World, command: str) -> bool:
    _, at_sign, name = command.partition("@")
    return not at_sign or name.lower() == world.bot.username.lower()


def _tell_membership(world: World, chat: Chat, person: Person, before: str, after: str) -> None:
    bot = person_json(world.bot)
    content = {"chat": chat_json(chat), "from": person_json(person), "date": int(world.now())}
    old, new = _membership(bot, before), _membership(bot, after)
    world.tell_bot("my_chat_member", {**content, "old_chat_member": old, "new_chat_member": new})


def _membership(bot: dict[str, Any], status: str) -> dict[str, Any]:
    until = {"until_date": 0} if status == "kicked" else {}
    return {"user": bot, "status": status, **until}


def _find_button(room: Room, wanted: str, message_id: int | None) -> tuple[Message, Button]:
    messages = [room.message(message_id)] if message_id is not None else room.messages[::-1]
    for message in messages:
        if message.keyboard and message.keyboard.shape == "inline":
            for button in message.keyboard.buttons:
                if wanted in (button.text, button.data):
                    return message, button
    shown = [message.buttons for message in messages if message.buttons]
    raise ImpossibleError(f"no button {wanted!r}; there are {shown}")
