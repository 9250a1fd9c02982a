import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


@pytest.mark.parametrize(
    ("value", "flag"),
    [
        ("1", True),
        ("TRUE", True),
        (" yes ", True),
        ("on", True),
        ("0", False),
        ("False", False),
        ("no", False),
        ("", False),
    ],
)
def test_a_flag_is_on_or_off(monkeypatch, value, flag):
    monkeypatch.setenv("A_FLAG", value)
    assert env.flag("A_FLAG", default=not flag) is flag


@pytest.mark.parametrize("default", [True, False])
def test_a_flag_that_is_not_set_has_its_default(default):
    assert env.flag("NOT_SET_ANYWHERE", default=default) is default


@pytest.mark.parametrize("value", ["maybe", "2", "-1", "truee"])
def test_a_flag_that_is_neither_says_what_to_set(monkeypatch, value):
    monkeypatch.setenv("A_FLAG", value)
    with pytest.raises(ImproperlyConfigured, match=r"A_FLAG is “.*”\. Set it to 1 \(on\) or 0 \(off\)\."):
        env.flag("A_FLAG", default=True)


def test_a_number_is_read_or_has_its_default(monkeypatch):
    monkeypatch.setenv("A_NUMBER", "60")
    assert (env.number("A_NUMBER", 5), env.number("NOT_SET_ANYWHERE", 5)) == (60, 5)


@pytest.mark.parametrize("value", ["", "six", "1.5", "0x10"])
def test_what_is_no_number_says_what_to_set(monkeypatch, value):
    monkeypatch.setenv("A_NUMBER", value)
    with pytest.raises(ImproperlyConfigured, match=r"A_NUMBER is “.*”\. Set it to a whole number, such as 5\."):
        env.number("A_NUMBER", 5)


def test_names_are_a_list_without_gaps(monkeypatch):
    monkeypatch.setenv("SOME_NAMES", " a.example, ,b.example ,")
    assert env.names("SOME_NAMES") == ["a.example", "b.example"]
    assert env.names("NOT_SET_ANYWHERE", "a,b") == ["a", "b"]
    assert env.names("NOT_SET_ANYWHERE") == []


@pytest.mark.parametrize("value", [None, ""])
def test_a_value_that_must_be_given_says_why(monkeypatch, value):
    if value is not None:
        monkeypatch.setenv("NOT_SET_ANYWHERE", value)
    with pytest.raises(ImproperlyConfigured, match=r"NOT_SET_ANYWHERE is not set\. Because\."):
        env.required("NOT_SET_ANYWHERE", "Because.")
    monkeypatch.setenv("IS_SET", "x")
    assert env.required("IS_SET", "Because.") == "x"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("sqlite:///srv/legible.sqlite3", "/srv/legible.sqlite3"),
        ("sqlite:///./legible.sqlite3", "./legible.sqlite3"),
    ],
)
def test_an_sqlite_address_names_a_file(url, name):
    database = env.database(url)
    assert (database["ENGINE"], database["NAME"]) == ("django.db.backends.sqlite3", name)
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_a_postgres_address_is_taken_apart(scheme):
    database = env.database(f"{scheme}://us%40er:p%2Fw%3A@db.example:6543/legible")
    names = ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT")
    assert [database[name] for name in names] == [
        "django.db.backends.postgresql", "legible", "us@er", "p/w:", "db.example", "6543",
    ]  # fmt: skip


def test_a_postgres_address_keeps_its_options():
    database = env.database("postgres://me@/legible?host=/run/postgresql&sslmode=require")
    assert (database["HOST"], database["PORT"]) == ("/run/postgresql", "")
    assert database["OPTIONS"]["sslmode"] == "require"
    assert "host" not in database["OPTIONS"]
    assert database["OPTIONS"]["pool"]


@pytest.mark.parametrize(
    "url",
    ["", "legible", "mysql://me:secret@host/x", "postgres://me:secret@host:port/x", "postgres://me:secret@[::1/x"],
)
def test_an_address_that_cannot_be_used_says_so_without_the_password(url):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL") as error:
        env.database(url)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("value", ["-1", "4", "721"])
def test_minutes_out_of_bounds_say_what_to_set(monkeypatch, value):
    monkeypatch.setenv("SOME_MINUTES", value)
    with pytest.raises(ImproperlyConfigured, match=r"SOME_MINUTES is .* from 5 to 720"):
        env.minutes("SOME_MINUTES", 30, at_least=5)


def test_without_redis_all_processes_share_a_table():
    assert env.cache("")["LOCATION"] == "shared_cache"
    assert env.cache("redis://cache:6379/0")["LOCATION"] == "redis://cache:6379/0"


@pytest.mark.parametrize("url", ["cache:6379", "http://cache", "memcached://x"])
def test_an_address_of_no_redis_says_so(url):
    with pytest.raises(ImproperlyConfigured, match="REDIS_URL must begin with redis://"):
        env.cache(url)


@pytest.mark.parametrize("value", ["http://reports.example", "javascript:x", "https://a.example/; script-src *", "x"])
def test_an_address_for_reports_cannot_add_to_the_policy(monkeypatch, value):
    monkeypatch.setenv("REPORTS", value)
    with pytest.raises(ImproperlyConfigured, match="REPORTS is"):
        env.report_address("REPORTS")


def test_an_address_for_reports_is_taken_as_it_is(monkeypatch):
    assert env.report_address("REPORTS") == ""
    monkeypatch.setenv("REPORTS", "https://reports.example/csp")
    assert env.report_address("REPORTS") == "https://reports.example/csp"


def test_mails_are_never_just_printed_on_a_server(monkeypatch):
    monkeypatch.delenv("EMAIL_HOST", raising=False)
    assert "console" in env.mailer(printed=True)["BACKEND"]
    assert env.mailer(printed=False)["OPTIONS"]["host"] == "localhost"
    monkeypatch.setenv("EMAIL_HOST", "mail.example.org")
    assert env.mailer(printed=True)["OPTIONS"]["host"] == "mail.example.org"
