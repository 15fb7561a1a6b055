"""A call's parameters, however they were sent: form, multipart, JSON or query."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tornado.httputil import HTTPFile, HTTPServerRequest, parse_body_arguments

from bot.preview.refusals import bad_request

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Parameters:
    """What came with a call; texts in a form and typed values in JSON read the same."""

    values: Mapping[str, Any]
    files: Mapping[str, bytes] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The parameter as text; empty where it was not sent."""
        value = self.values.get(name)
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        text = value if isinstance(value, str) else json.dumps(value)
        return checked_text(text)

    def integer(self, name: str, default: int = 0) -> int:
        """The number, or the default: Telegram reads "abc" as if it had not been sent."""
        try:
            return int(self.text(name))
        except ValueError:
            return default

    def flag(self, name: str) -> bool:
        return self.text(name).strip().lower() in ("true", "yes", "1")

    def decoded(self, name: str, refusal: str) -> Any:
        """The JSON value, None where it was not sent; 400 with this reason where it is no JSON."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            raise bad_request(refusal) from None

    def recorded(self) -> dict[str, Any]:
        """For the list of calls: the values as sent, and of each file only its size."""
        sizes = {name: f"<{len(body)} bytes>" for name, body in self.files.items()}
        return {**self.values, **sizes}


def checked_text(text: str) -> str:
    """The text itself; 400 where it holds half a character, which JSON can say and UTF-8 cannot."""
    if not text.isascii() and _LONE_SURROGATE.search(text):
        raise bad_request("Strings must be encoded in UTF-8")
    return text


def read_parameters(request: HTTPServerRequest) -> Parameters:
    """Everything that a request carries; 400 for a body that is neither a form nor a JSON object in UTF-8."""
    arguments = dict(request.query_arguments)
    files: dict[str, list[HTTPFile]] = {}
    typed: dict[str, Any] = {}
    content_type = request.headers.get("Content-Type", "")
    if content_type.startswith("application/json"):
        typed = _json_object(request.body)
    elif request.body:
        try:
            parse_body_arguments(content_type, request.body, arguments, files)
        except Exception as error:
            raise bad_request("can't parse the request body") from error
    return Parameters({**_texts(arguments), **typed}, {name: uploads[-1].body for name, uploads in files.items()})


def _texts(arguments: Mapping[str, list[bytes]]) -> dict[str, str]:
    try:
        return {name: values[-1].decode() for name, values in arguments.items()}
    except UnicodeDecodeError:
        raise bad_request("Strings must be encoded in UTF-8") from None


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        decoded = json.loads(body or b"{}")
    except ValueError:
        raise bad_request("Can't parse JSON object") from None
    if not isinstance(decoded, dict):
        raise bad_request("Object expected")
    return decoded
