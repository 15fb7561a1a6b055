"""Which addresses Telegram takes for a link, and how it writes them."""

import ipaddress
import re

_APP = re.compile(r"(?P<scheme>tg|ton|tonsite):(?://)?@?(?P<place>[^/?#]*)(?P<rest>.*)", re.DOTALL | re.IGNORECASE)
_APP_PLACE = re.compile(r"[0-9a-z_-]+")
_SITE_PLACE = re.compile(r"(?!\.$)[0-9a-z_.-]+")
_WEB = re.compile(r"(?:(?P<scheme>[^:/?#@\[\]]*)://)?(?P<place>[^/?#]*)(?P<rest>.*)", re.DOTALL)
_PORT = re.compile(r":0*(?P<port>[0-9]{1,5})$")
_WEB_PLACE = re.compile(r"(?:[^\x00-\x20\"#%/:<>?@\[\\\]^`{|}\x7f]|%[0-9A-Fa-f]{2})+")
_ACCOUNT = re.compile(r"(?:[^\x00-\x20\"#%/<>?@\[\\\]^`{|}\x7f]|%[0-9A-Fa-f]{2})*")
_UNPRINTABLE = re.compile(r"[\x00-\x20]")
_USER = re.compile(r"[1-9][0-9]*")
_LARGEST_PORT = 65535
_LARGEST_USER = (1 << 40) - 1
_SPACE = " \t\r\n\v\0"


class LinkError(Exception):
    """Nothing that Telegram would open; the text is Telegram's reason, such as "Wrong HTTP URL"."""


def clean_link(address: str) -> str:
    """The address as Telegram writes it: scheme added, host in lower case; raises LinkError for others."""
    app = _APP.fullmatch(address)
    return _app_link(app) if app else _web_link(address)


def mentioned_user(address: str) -> int | None:
    """Whose profile a `tg://user?id=` address opens; None for every other address."""
    app = _APP.fullmatch(address)
    if not app or app["scheme"].lower() != "tg" or _lower(app["place"]) != "user":
        return None
    query = app["rest"].partition("#")[0].removeprefix("/").removeprefix("?")
    pairs = (pair.partition("=") for pair in query.split("&"))
    ids = [value for name, _, value in pairs if _lower(name) == "id"]
    if not ids or not _USER.fullmatch(ids[0]) or int(ids[0]) > _LARGEST_USER:
        return None
    return int(ids[0])


def _app_link(app: re.Match[str]) -> str:
    scheme, place = app["scheme"].lower(), _lower(app["place"])
    pattern = _SITE_PLACE if scheme == "tonsite" else _APP_PLACE
    if not pattern.fullmatch(place):
        raise LinkError(f"Wrong {scheme} URL")
    return f"{scheme}://{place}{_path(app['rest'], bare_query=True)}"


def _web_link(address: str) -> str:
    web = _WEB.fullmatch(address)
    assert web is not None, "the pattern takes any text"
    scheme = "http" if web["scheme"] is None else _lower(web["scheme"])
    if scheme not in ("http", "https"):
        raise LinkError("Unsupported URL protocol" if scheme == "ftp" else "Wrong HTTP URL")
    account, at_sign, place = web["place"].rpartition("@")
    host, port = _split_port(_lower(place))
    if not host:
        raise LinkError("URL host is empty")
    if not _is_host(host) or not _ACCOUNT.fullmatch(account):
        raise LinkError("Wrong HTTP URL")
    before = account + at_sign if account else ""
    return f"{scheme}://{before}{host}{port}{_path(web['rest'], bare_query=False)}"


def _is_host(host: str) -> bool:
    if host.startswith("[") and host.endswith("]"):
        try:
            ipaddress.IPv6Address(host[1:-1])
        except ValueError:
            return False
        return True
    return bool(_WEB_PLACE.fullmatch(host)) and "." in host and host != "."


def _split_port(place: str) -> tuple[str, str]:
    found = _PORT.search(place)
    if not found:
        return place, ""
    if not 0 < int(found["port"]) <= _LARGEST_PORT:
        raise LinkError("Wrong HTTP URL")
    return place[: found.start()], f":{int(found['port'])}"


def _path(rest: str, *, bare_query: bool) -> str:
    rest = _UNPRINTABLE.sub(lambda match: f"%{ord(match.group()):02X}", rest.rstrip(_SPACE))
    if bare_query and rest.startswith("/?"):
        return rest[1:]
    if rest.startswith("/") or (bare_query and rest.startswith("?")):
        return rest
    return "/" + rest


def _lower(text: str) -> str:
    """Lower case for ASCII alone: Telegram leaves the other letters of an address as they are."""
    return "".join(character.lower() if character.isascii() else character for character in text)
