"""Whether an address of another site can be opened. Polite, bounded, and never led into a private network.

The host is looked up first and every answer must be a public address; the connection then goes to that very address, so
a name that changes its mind in between leads nowhere else. Each redirect is judged anew. Nothing but headers is read.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, quote, urljoin, urlsplit

SECONDS_TO_CONNECT = 8.0
SECONDS_IN_ALL = 20.0
MOST_REDIRECTS = 5
MOST_TRIED = 3
LONGEST_ADDRESS = 2_000
REDIRECTS = {301, 302, 303, 307, 308}
FOR_GOOD = {301, 308}
GONE = {404, 410}
NAT64 = ipaddress.ip_network("64:ff9b::/96")
KEEP_IN_PATH = "/%:@!$&'()*+,;=~"

type Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class State(StrEnum):
    OK = "ok"
    BROKEN = "broken"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Answer:
    """`status` is the last HTTP status, if there was one; `message` is a sentence for staff."""

    state: State
    message: str
    status: int | None = None


class Refused(Exception):
    """This address is not asked; the text says why."""


def is_public(address: Address) -> bool:
    """Whether the address is one of the open internet, also where an IPv6 address wraps an IPv4 one."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
        wrapped = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if wrapped:
            return is_public(wrapped)
    return address.is_global and not address.is_multicast


def ask(
    address: str,
    *,
    agent: str,
    allowed: Callable[[Address], bool] = is_public,
    seconds: float = SECONDS_IN_ALL,
) -> Answer:
    """Open an http or https address with HEAD, and with GET where HEAD does not work. Never raises.

    `seconds` bound it all: redirects, and servers that send one byte now and then.
    """
    ends = time.monotonic() + seconds
    moved = False
    try:
        for _step in range(MOST_REDIRECTS + 1):
            url = parts(address)
            status, location = _open(url, "HEAD", agent, allowed, ends)
            if status >= 400:
                # Some servers refuse HEAD, or answer it wrongly.
                status, location = _open(url, "GET", agent, allowed, ends)
            if status not in REDIRECTS or not location:
                return _answer(status, url.geturl() if moved else "")
            moved = moved or status in FOR_GOOD
            address = urljoin(url.geturl(), location)
        return Answer(State.BROKEN, f"It leads on more than {MOST_REDIRECTS} times.", status)
    except Refused as error:
        return Answer(State.BROKEN, str(error))
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(State.UNSURE, _trouble(error, time.monotonic() >= ends))


def _answer(status: int, moved_to: str) -> Answer:
    if status in GONE:
        return Answer(State.BROKEN, "The page is not there any more.", status)
    if status >= 400:
        return Answer(State.UNSURE, f"The site refuses to show it to a program ({status}). Open it yourself.", status)
    if moved_to:
        return Answer(State.OK, f"It opens. It has moved for good to {moved_to}", status)
    return Answer(State.OK, "It opens.", status)


def _trouble(error: Exception, is_late: bool) -> str:
    if is_late or isinstance(error, TimeoutError):
        return "It did not answer in time."
    if isinstance(error, socket.gaierror):
        return "The name of the site could not be looked up just now."
    if isinstance(error, ssl.SSLError):
        return "No safe connection could be made."
    return "The connection failed."


def parts(address: str) -> SplitResult:
    """The parts of an address that may be asked, as ASCII and without what only a browser uses. Raises Refused."""
    try:
        url = urlsplit(address[: LONGEST_ADDRESS + 1])
        host, port = (url.hostname or "").encode("idna").decode(), url.port
    except ValueError:
        raise Refused("The address cannot be read.") from None
    if url.scheme not in ("http", "https"):
        raise Refused("It leads to something that is not a web page (http or https).")
    if not host or url.username is not None or len(address) > LONGEST_ADDRESS:
        raise Refused("The address cannot be read.")
    name = f"[{host}]" if ":" in host else host
    return SplitResult(
        scheme=url.scheme,
        netloc=f"{name}:{port}" if port else name,
        path=quote(url.path, safe=KEEP_IN_PATH) or "/",
        query=quote(url.query, safe=f"{KEEP_IN_PATH}?"),
        fragment="",
    )


def _look_up(url: SplitResult, allowed: Callable[[Address], bool]) -> list[tuple[str, int]]:
    """Where to connect to. Every answer must be allowed: a mixed one is a trick."""
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(url.hostname, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno == socket.EAI_NONAME:
            raise Refused("There is no such site.") from None
        raise
    addresses = list(dict.fromkeys(str(each[4][0]).split("%")[0] for each in found))
    if not addresses or not all(allowed(ipaddress.ip_address(each)) for each in addresses):
        raise Refused("It leads into a private network, and was not opened.")
    return [(each, port) for each in addresses[:MOST_TRIED]]


def _connect(places: list[tuple[str, int]], ends: float) -> socket.socket:
    for place in places:
        try:
            return socket.create_connection(place, min(SECONDS_TO_CONNECT, _left(ends)))
        except OSError as error:
            trouble = error
    raise trouble


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _open(
    url: SplitResult, method: str, agent: str, allowed: Callable[[Address], bool], ends: float
) -> tuple[int, str]:
    """The status and the `Location` of the answer."""
    connection = http.client.HTTPConnection(str(url.hostname), url.port)
    # Given a socket, the library makes no connection of its own, to an address that nobody judged.
    connection.sock = _connect(_look_up(url, allowed), ends)
    alarm = threading.Timer(_left(ends), _cut, [connection])
    alarm.daemon = True
    alarm.start()
    try:
        if url.scheme == "https":
            safe = ssl.create_default_context().wrap_socket(
                connection.sock, server_hostname=url.hostname, do_handshake_on_connect=False
            )
            connection.sock = safe
            safe.do_handshake()
        headers = {"Host": url.netloc, "User-Agent": agent, "Accept": "text/html,*/*", "Connection": "close"}
        connection.request(method, url._replace(scheme="", netloc="").geturl(), headers=headers)
        response = connection.getresponse()
        response.close()
        return response.status, response.headers.get("Location", "")
    finally:
        alarm.cancel()
        connection.close()


def _cut(connection: http.client.HTTPConnection) -> None:
    with suppress(OSError):
        if connection.sock:
            connection.sock.shutdown(socket.SHUT_RDWR)
