"""HTTP in, HTTP out: finds the method, lets faults strike, answers as api.telegram.org does."""

import asyncio
import http.client
import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from tornado.http1connection import HTTP1Connection
from tornado.httputil import HTTPHeaders, HTTPServerRequest, ResponseStartLine

from bot.preview import answering, editing, polling, profile, sending
from bot.preview.calls import Call
from bot.preview.faults import Fault
from bot.preview.parameters import Parameters, read_parameters
from bot.preview.refusals import RefusalError
from bot.preview.world import World

_log = logging.getLogger(__name__)

Method = Callable[[World, Parameters], Any]

_PATH = re.compile(r"/bot(?P<token>[^/]*)/(?P<method>[^/]*)")
_METHODS: Mapping[str, tuple[str, Method]] = {
    name.lower(): (name, method)
    for name, method in {
        "getMe": answering.get_me,
        "getChat": answering.get_chat,
        "answerCallbackQuery": answering.answer_callback_query,
        "sendMessage": sending.send_message,
        "sendPhoto": sending.send_photo,
        "sendChatAction": sending.send_chat_action,
        "editMessageText": editing.edit_message_text,
        "editMessageCaption": editing.edit_message_caption,
        "editMessageReplyMarkup": editing.edit_message_reply_markup,
        "deleteMessage": editing.delete_message,
        "setMyCommands": profile.set_my_commands,
        "getMyCommands": profile.get_my_commands,
        "deleteMyCommands": profile.delete_my_commands,
        "setMyName": profile.set_my_name,
        "getMyName": profile.get_my_name,
        "setMyDescription": profile.set_my_description,
        "getMyDescription": profile.get_my_description,
        "setMyShortDescription": profile.set_my_short_description,
        "getMyShortDescription": profile.get_my_short_description,
        "setWebhook": polling.set_webhook,
        "deleteWebhook": polling.delete_webhook,
        "getWebhookInfo": polling.get_webhook_info,
    }.items()
}


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: Mapping[str, Any]


class BotApi:
    """Answers requests for one token; call it with each request, from the server's event loop."""

    def __init__(self, world: World, token: str, latency_seconds: float) -> None:
        self._world = world
        self._token = token
        self._latency_seconds = latency_seconds
        self._answering: set[asyncio.Task[None]] = set()

    def __call__(self, request: HTTPServerRequest) -> None:
        try:
            name, parameters = self._read(request)
        except RefusalError as refusal:
            _respond(request, _refused(refusal))
            return
        with self._world.lock:
            fault = self._world.faults.pick(name, _chat_id(parameters))
        if name == "getUpdates" or fault or self._latency_seconds:
            task = asyncio.ensure_future(self._answer_later(request, name, parameters, fault))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)
            if name == "getUpdates":
                # A bot that was killed no longer polls: its place is free for the next one at once.
                _connection(request).set_close_callback(partial(_cancel, task))
        else:
            _respond(request, self._perform(name, parameters))

    async def stop(self) -> None:
        """Ends the polls and slow answers under way."""
        for task in list(self._answering):
            task.cancel()
        await asyncio.gather(*self._answering, return_exceptions=True)

    def _read(self, request: HTTPServerRequest) -> tuple[str, Parameters]:
        path = _PATH.fullmatch(request.path)
        if not path:
            raise RefusalError(404, "Not Found")
        if path["token"] != self._token:
            raise RefusalError(401, "Unauthorized")
        method = path["method"].lower()
        if method not in _METHODS and method != "getupdates":
            raise RefusalError(404, "Not Found: method not found")
        name = "getUpdates" if method == "getupdates" else _METHODS[method][0]
        return name, read_parameters(request)

    async def _answer_later(
        self, request: HTTPServerRequest, name: str, parameters: Parameters, fault: Fault | None
    ) -> None:
        if self._latency_seconds:
            await asyncio.sleep(self._latency_seconds)
        if fault and not fault.delivers:
            answer = self._note_fault(name, parameters, fault)
        elif name == "getUpdates":
            answer = await self._poll(parameters, fault)
        else:
            answer = self._perform(name, parameters, fault)
        if fault and fault.delay_seconds:
            await asyncio.sleep(fault.delay_seconds)
        if fault and not fault.answers:
            _hang_up(request)
        else:
            _respond(request, answer)

    def _note_fault(self, name: str, parameters: Parameters, fault: Fault) -> _Answer:
        answer = _refused(fault.refusal) if fault.refusal else _Answer(0, {})
        with self._world.lock:
            self._record(name, parameters, answer, fault)
        return answer

    def _perform(self, name: str, parameters: Parameters, fault: Fault | None = None) -> _Answer:
        with self._world.lock:
            try:
                answer = _accepted(_METHODS[name.lower()][1](self._world, parameters))
            except RefusalError as refusal:
                answer = _refused(refusal)
            except Exception as error:
                _log.exception("the local Bot API server failed in %s", name)
                answer = _refused(RefusalError(500, f"Internal Server Error: local server: {error!r}"))
            self._record(name, parameters, answer, fault)
        return answer

    async def _poll(self, parameters: Parameters, fault: Fault | None) -> _Answer:
        try:
            answer = _accepted(await polling.get_updates(self._world, parameters))
        except RefusalError as refusal:
            answer = _refused(refusal)
        with self._world.lock:
            self._record("getUpdates", parameters, answer, fault)
        return answer

    def _record(self, name: str, parameters: Parameters, answer: _Answer, fault: Fault | None) -> None:
        heard = not fault or fault.answers
        description = str(answer.body.get("description", ""))
        result = answer.body.get("result")
        self._world.record(
            Call(
                name,
                parameters.recorded(),
                answer.status if heard else 0,
                description,
                result,
                self._world.now(),
                fault.name if fault else "",
            )
        )


def _chat_id(parameters: Parameters) -> int | None:
    return parameters.integer("chat_id") or None


def _accepted(result: Any) -> _Answer:
    return _Answer(200, {"ok": True, "result": result})


def _refused(refusal: RefusalError) -> _Answer:
    body = {"ok": False, "error_code": refusal.status, "description": refusal.description}
    if refusal.parameters:
        return _Answer(refusal.status, {**body, "parameters": dict(refusal.parameters)})
    return _Answer(refusal.status, body)


def _respond(request: HTTPServerRequest, answer: _Answer) -> None:
    body = json.dumps(answer.body).encode()
    headers = HTTPHeaders({"Content-Type": "application/json", "Content-Length": str(len(body))})
    reason = http.client.responses.get(answer.status, "Unknown")
    connection = _connection(request)
    connection.write_headers(ResponseStartLine("HTTP/1.1", answer.status, reason), headers, body)
    connection.finish()


def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()


def _hang_up(request: HTTPServerRequest) -> None:
    _connection(request).close()


def _connection(request: HTTPServerRequest) -> HTTP1Connection:
    assert isinstance(request.connection, HTTP1Connection), "the server speaks HTTP/1.1"
    return request.connection
