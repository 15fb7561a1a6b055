"""One chat's updates in order, other chats meanwhile."""

import asyncio

from telegram import Chat, Message, Update

from bot.telegram.ordering import ChatByChat

NOON = 1_772_366_400


def update(chat_id, update_id=1):
    sent = Message.de_json(
        {"message_id": update_id, "date": NOON, "chat": Chat(chat_id, "private").to_dict(), "text": "x"}, None
    )
    return Update(update_id, message=sent)


def test_a_chat_is_served_in_order_while_others_are_served_too_and_no_lock_outlives_its_use():
    async def main():
        processor = ChatByChat(8)
        release, done = asyncio.Event(), []

        async def serve(name, waits):
            if waits:
                await release.wait()
            done.append(name)

        tasks = [
            asyncio.create_task(processor.process_update(update(chat), serve(name, waits)))
            for chat, name, waits in ((1, "1a", True), (1, "1b", False), (2, "2a", False))
        ]
        await tasks[2]
        assert done == ["2a"]
        assert processor.chats_in_hand == 1
        release.set()
        await asyncio.gather(*tasks)
        assert done == ["2a", "1a", "1b"]
        assert processor.chats_in_hand == 0

    asyncio.run(main())


def test_an_update_that_fails_frees_its_chat():
    async def main():
        processor = ChatByChat(8)

        async def fail():
            raise RuntimeError

        (outcome,) = await asyncio.gather(processor.process_update(update(1), fail()), return_exceptions=True)
        assert isinstance(outcome, RuntimeError)
        assert processor.chats_in_hand == 0

    asyncio.run(main())
