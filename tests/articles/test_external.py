"""Opening the addresses of other sites: against a server on this machine, and never into a private network otherwise."""

import ipaddress
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles import external, source_checks
from articles.external import State, ask, is_public
from articles.models import Source, SourceCheck
from articles.source_checks import Bounds
from tests.factories import make_clinic, make_editor, make_source


class Site(BaseHTTPRequestHandler):
    """Answers by path: /200, /404, /head-405 (GET works), /to/ADDRESS (301), /drip (a byte now and then)."""

    asked: list[tuple[str, str, str]] = []

    def _answer(self) -> None:
        self.asked.append((self.command, self.path, self.headers["User-Agent"]))
        if self.path.startswith("/to/"):
            self.send_response(301)
            self.send_header("Location", self.path.removeprefix("/to/"))
        elif self.path == "/head-405":
            self.send_response(405 if self.command == "HEAD" else 200)
        elif self.path == "/drip":
            self._drip()
            return
        else:
            self.send_response(int(self.path.strip("/").split("?")[0]))
        self.end_headers()

    do_HEAD = do_GET = _answer  # noqa: N815 - the names that http.server looks for

    def _drip(self) -> None:
        try:
            for _byte in range(1000):
                self.wfile.write(b"H")
                time.sleep(0.1)
        except OSError:
            pass

    def log_message(self, *args) -> None:
        pass


@pytest.fixture(scope="module")
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def _nothing_asked():
    Site.asked.clear()


def loopback_too(address) -> bool:
    return address.is_loopback or is_public(address)


def opened(address: str, **options):
    return ask(address, agent="A test", allowed=loopback_too, **options)


def test_an_address_that_opens_is_asked_once_for_its_headers_with_our_name(server):
    assert opened(f"{server}/200?a=1#part") == external.Answer(State.OK, "It opens.", 200)
    assert Site.asked == [("HEAD", "/200?a=1", "A test")]


@pytest.mark.parametrize(
    ("path", "state", "words"),
    [
        ("/404", State.BROKEN, "not there any more"),
        ("/410", State.BROKEN, "not there any more"),
        ("/403", State.UNSURE, "refuses to show it to a program (403)"),
        ("/503", State.UNSURE, "(503)"),
        ("/head-405", State.OK, "It opens."),
        ("/to//200", State.OK, "has moved for good to http://127.0.0.1"),
        ("/to//404", State.BROKEN, "not there any more"),
        ("/to/ftp://127.0.0.1/", State.BROKEN, "not a web page"),
        ("/to/file:///etc/passwd", State.BROKEN, "not a web page"),
        ("/to/http://user@127.0.0.1/", State.BROKEN, "cannot be read"),
        ("/to/http://[::1", State.BROKEN, "cannot be read"),
    ],
)
def test_what_comes_back_is_told_as_a_sentence(server, path, state, words):
    answer = opened(server + path)
    assert (answer.state, words in answer.message) == (state, True), answer


def test_a_redirect_that_never_ends_is_given_up(server):
    Site.asked.clear()
    address = "/200"
    for _step in range(7):
        address = f"/to/{address}"
    assert "leads on more than 5 times" in opened(server + address).message
    assert len(Site.asked) == 6


def test_a_server_that_sends_a_byte_now_and_then_is_cut_off(server):
    begun = time.monotonic()
    answer = opened(f"{server}/drip", seconds=0.5)
    assert (answer.state, answer.message) == (State.UNSURE, "It did not answer in time.")
    assert time.monotonic() - begun < 50


PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "64:ff9b::7f00:1", "2002:7f00:1::", "2002:a00:1::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_no_address_of_a_private_network_is_public_however_it_is_wrapped(address):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:2800:220:1::1", "64:ff9b::808:808"])
def test_an_address_of_the_open_internet_is(address):
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]"])
def test_this_machine_is_never_asked_whatever_it_is_called(server, host):
    port = server.rsplit(":", 1)[1]
    answer = ask(f"http://{host}:{port}/200", agent="A test")
    assert answer.state is State.BROKEN
    assert Site.asked == []


def test_a_redirect_into_a_private_network_is_not_followed(server):
    """The first host is allowed, as a public site would be; what it leads to is this machine."""
    allowed_once = iter([True])
    answer = ask(f"{server}/to/{server}/200", agent="A test", allowed=lambda address: next(allowed_once, False))
    assert answer.message == "It leads into a private network, and was not opened."
    assert [path for _method, path, _agent in Site.asked] == [f"/to/{server}/200"]


def test_a_name_with_one_private_address_among_public_ones_is_refused(monkeypatch):
    found = [(2, 1, 6, "", ("93.184.216.34", 80)), (2, 1, 6, "", ("10.0.0.1", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    assert "private network" in ask("http://mixed.example/", agent="A test").message


def test_the_connection_goes_to_the_address_that_was_judged_and_no_name_is_looked_up_again(server, monkeypatch):
    """A name may mean a public address when it is judged, and a private one a moment later."""
    port = int(server.rsplit(":", 1)[1])
    answers = iter([[(2, 1, 6, "", ("127.0.0.1", port))]])
    real = socket.getaddrinfo

    def look_up(host, *args, **kwargs):
        return next(answers) if host == "turns.example" else real(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    assert opened(f"http://turns.example:{port}/200").state is State.OK


@pytest.mark.parametrize(
    ("error", "state"), [(socket.EAI_NONAME, State.BROKEN), (socket.EAI_AGAIN, State.UNSURE)]
)  # fmt: skip
def test_a_name_that_does_not_exist_is_broken_and_one_that_cannot_be_asked_for_now_is_not(monkeypatch, error, state):
    def fail(*args, **kwargs):
        raise socket.gaierror(error, "no")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert ask("http://nowhere.example/", agent="A test").state is state


@pytest.mark.parametrize(
    "address",
    ["", "x", "//host/x", "javascript:alert(1)", "gopher://x/", "http://", "http://x:port/", "http://u:p@x/", "http://[x/",
     "http://" + "a" * 300 + ".example/", "http://x/" + "y" * 3000, "http://\x00/"],
)  # fmt: skip
def test_an_address_that_cannot_be_asked_is_told_as_a_sentence_and_never_raises(address, monkeypatch):
    monkeypatch.setattr(socket, "create_connection", lambda *args: pytest.fail("it was opened"))
    assert ask(address, agent="A test").state in (State.BROKEN, State.UNSURE)


def test_letters_that_an_address_cannot_hold_are_written_as_browsers_do(server):
    assert opened(f"{server}/200?q=ü ö").state is State.OK
    assert Site.asked[0][1] == "/200?q=%C3%BC%20%C3%B6"
    assert external.parts("http://bücher.example/").netloc == "xn--bcher-kva.example"


# What is kept of it.


def test_each_source_that_waits_is_opened_once_and_the_result_kept(db, server):
    make_clinic(name="Exämple Clinic")
    good, bad = make_source(url=f"{server}/200"), make_source(url=f"{server}/404")
    checks = list(source_checks.check(Bounds(pause=0), allowed=loopback_too))
    assert [(check.source, check.state, check.status) for check in checks] == [(good, "ok", 200), (bad, "broken", 404)]
    assert {agent for _method, _path, agent in Site.asked} == {"Legible link check for Exmple Clinic"}
    assert SourceCheck.objects.count() == 2
    assert list(source_checks.waiting()) == []


def test_a_source_waits_again_after_some_weeks_and_when_its_address_changes(db, server):
    old, moved, never = (make_source(url=f"{server}/200") for _number in range(3))
    for source in (old, moved):
        SourceCheck.objects.create(source=source, url=source.url, state="broken", message="It was broken.")
    SourceCheck.objects.filter(source=old).update(checked_at=timezone.now() - timezone.timedelta(days=31))
    Source.objects.filter(pk=moved.pk).update(url=f"{server}/200?new")
    assert list(source_checks.waiting()) == [never, old, moved]
    assert list(SourceCheck.objects.broken()) == [old.link_check]
    assert len(list(source_checks.check(Bounds(pause=0), allowed=loopback_too))) == 3
    assert not SourceCheck.objects.broken().exists()


def test_no_more_than_asked_for_are_opened_and_a_host_gets_its_pause(db, server):
    for _number in range(4):
        make_source(url=f"{server}/200")
    now, slept = [0.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    run = {"allowed": loopback_too, "clock": lambda: now[0], "sleep": sleep}
    assert len(list(source_checks.check(Bounds(most=3, pause=2.0), **run))) == 3
    assert slept == [0.0, 2.0, 2.0]
    assert source_checks.waiting().count() == 1


def test_it_stops_when_its_time_is_over(db, server):
    for _number in range(4):
        make_source(url=f"{server}/200")
    now = iter(range(0, 1000, 5))
    run = {"allowed": loopback_too, "clock": lambda: next(now), "sleep": lambda seconds: None}
    assert len(list(source_checks.check(Bounds(seconds=22, pause=0), **run))) < 3


@pytest.fixture
def loopback(monkeypatch):
    """For this test alone, this machine counts as the open internet, and nobody waits."""
    real = source_checks.check
    monkeypatch.setattr(
        source_checks, "check", lambda bounds: real(bounds, allowed=loopback_too, sleep=lambda seconds: None)
    )


def test_the_command_shows_its_progress_and_fails_where_a_source_is_broken(db, server, loopback, capsys):
    good = make_source(url=f"{server}/200")
    call_command("checklinks", external=True)
    assert f"1/1 {good.ref} {server}/200: It opens." in capsys.readouterr().out
    make_source(url=f"{server}/404")
    make_source(url=f"{server}/200")
    with pytest.raises(CommandError, match=r"1 broken\."):
        call_command("checklinks", external=True, most=1)
    assert "Sources: 1 checked, 1 broken, 1 left to check." in capsys.readouterr().out


def test_the_command_without_external_opens_nothing(db, server, loopback):
    make_source(url=f"{server}/404")
    call_command("checklinks")
    assert Site.asked == []


def test_one_press_on_the_page_opens_a_few_and_says_how_many_are_left(client, db, server, loopback):
    client.force_login(make_editor())
    for number in range(12):
        make_source(url=f"{server}/{404 if number == 0 else 200}", title=f"Source no {number}")
    assert "12 of 12 sources were not checked" in client.get("/admin/links/").content.decode()
    assert Site.asked == []
    html = client.post("/admin/links/", follow=True).content.decode()
    assert "10 sources opened: 1 broken. 2 left to check." in html
    assert "The page is not there any more." in html
    client.post("/admin/links/")
    assert "All 12 sources were checked" in client.get("/admin/links/").content.decode()
    listed = client.get("/admin/articles/source/?link=broken")
    assert [str(row.title) for row in listed.context["cl"].queryset] == ["Source no 0"]
    assert "broken</span>" in listed.content.decode()
    assert "Source no 0" in client.get("/admin/").content.decode()


def test_who_may_not_change_sources_cannot_start_a_check(client, db, django_user_model):
    from django.contrib.auth.models import Permission

    reader = django_user_model.objects.create_user("reader", password="x", is_staff=True)
    client.force_login(reader)
    assert client.get("/admin/links/").status_code == 403
    reader.user_permissions.add(Permission.objects.get(codename="view_article"))
    assert client.get("/admin/links/").status_code == 200
    assert client.post("/admin/links/").status_code == 403
