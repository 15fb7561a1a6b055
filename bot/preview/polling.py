"""getUpdates, and the webhook that excludes it."""

import asyncio
import re
from typing import Any
from urllib.parse import urlsplit

from bot.preview.parameters import Parameters
from bot.preview.refusals import bad_request, conflict
from bot.preview.world import Webhook, World

LONGEST_POLL_SECONDS = 50
MOST_UPDATES = 100
MOST_CONNECTIONS = 100
LONGEST_SECRET = 256
_PORTS = (80, 88, 443, 8443)
_SECRET = re.compile(r"[A-Za-z0-9_-]*")
_OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
_WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


class WaitingPoll:
    """A getUpdates call that found nothing yet. Woken from any thread; the first word counts."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._verdict: asyncio.Future[str] = self._loop.create_future()

    def wake(self) -> None:
        self._settle("")

    def terminate(self, reason: str) -> None:
        self._settle(reason)

    async def verdict(self, seconds: float) -> str:
        """Why the poll was terminated; empty where updates came or the time is up."""
        try:
            return await asyncio.wait_for(self._verdict, seconds)
        except TimeoutError:
            return ""

    def _settle(self, reason: str) -> None:
        self._loop.call_soon_threadsafe(self._set, reason)

    def _set(self, reason: str) -> None:
        if not self._verdict.done():
            self._verdict.set_result(reason)


async def get_updates(world: World, parameters: Parameters) -> list[dict[str, Any]]:
    """Updates at once where some wait, else the first to come within `timeout` seconds, at most 50.

    A second poller ends the first one's wait with 409, as at Telegram, and takes its place.
    """
    limit = max(1, min(parameters.integer("limit", MOST_UPDATES) or MOST_UPDATES, MOST_UPDATES))
    seconds = max(0, min(parameters.integer("timeout"), LONGEST_POLL_SECONDS))
    with world.lock:
        _begin_poll(world, parameters)
        waiting = world.updates.pending(limit, world.now())
        if waiting or not seconds:
            return waiting
        poll = world.updates.poll = WaitingPoll()
        world.touch()
    try:
        reason = await poll.verdict(seconds)
    finally:
        with world.lock:
            if world.updates.poll is poll:
                world.updates.poll = None
                world.touch()
    if reason:
        raise conflict(reason)
    with world.lock:
        return world.updates.pending(limit, world.now())


def _begin_poll(world: World, parameters: Parameters) -> None:
    if world.webhook:
        raise conflict(_WEBHOOK_ACTIVE)
    if world.updates.poll:
        world.updates.poll.terminate(_OTHER_POLLER)
        world.updates.poll = None
    _allow_updates(world, parameters)
    world.updates.confirm(parameters.integer("offset"))


def _allow_updates(world: World, parameters: Parameters) -> None:
    kinds = parameters.decoded("allowed_updates", "can't parse allowed_updates JSON object")
    if isinstance(kinds, list):
        world.updates.allow([str(kind) for kind in kinds])


def set_webhook(world: World, parameters: Parameters) -> bool:
    """Notes the webhook; updates are not delivered to it. An empty url deletes it."""
    url = parameters.text("url")
    if not url:
        return delete_webhook(world, parameters)
    _check_webhook_url(url)
    secret = parameters.text("secret_token")
    if len(secret) > LONGEST_SECRET:
        raise bad_request("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    connections = max(1, min(parameters.integer("max_connections", 40), MOST_CONNECTIONS))
    _allow_updates(world, parameters)
    _drop_pending(world, parameters)
    world.webhook = Webhook(url, secret, connections, parameters.text("ip_address"))
    if world.updates.poll:
        world.updates.poll.terminate("terminated by setWebhook request")
        world.updates.poll = None
    return True


def delete_webhook(world: World, parameters: Parameters) -> bool:
    _drop_pending(world, parameters)
    world.webhook = None
    return True


def get_webhook_info(world: World, _parameters: Parameters) -> dict[str, Any]:
    info: dict[str, Any] = {
        "url": world.webhook.url if world.webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates),
    }
    if world.webhook:
        info["max_connections"] = world.webhook.max_connections
        info["allowed_updates"] = sorted(world.updates.allowed)
    return info


def _drop_pending(world: World, parameters: Parameters) -> None:
    if parameters.flag("drop_pending_updates"):
        world.updates.clear()


def _check_webhook_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme.lower() != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    try:
        port = parts.port or 443
    except ValueError:
        raise bad_request("invalid webhook URL specified") from None
    if not parts.hostname:
        raise bad_request("invalid webhook URL specified")
    if port not in _PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
