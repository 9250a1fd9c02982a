import json
import runpy

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env, settings
from tests.processes import attempt, run


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
    ],
)
def test_a_flag_is_on_or_off(monkeypatch, value, flag):
    monkeypatch.setenv("A_FLAG", value)
    assert env.flag("A_FLAG", default=not flag) is flag


@pytest.mark.parametrize("default", [True, False])
def test_a_flag_that_is_not_set_has_its_default(default):
    assert env.flag("NOT_SET_ANYWHERE", default=default) is default


@pytest.mark.parametrize("value", ["maybe", "2", "-1", "truee", "", " "])
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


def test_a_database_that_was_away_is_asked_again_before_a_request_gives_up():
    pool = env.database("postgres://me@db.example/legible")["OPTIONS"]["pool"]
    assert pool["reconnect_timeout"] < pool["timeout"]


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


def test_a_secret_comes_from_the_environment_or_from_a_file(monkeypatch, tmp_path):
    assert env.secret("A_SECRET") == ""
    monkeypatch.setenv("A_SECRET", "from-the-environment")
    assert env.secret("A_SECRET") == "from-the-environment"
    monkeypatch.delenv("A_SECRET")
    file = tmp_path / "secret"
    file.write_text("from-a-file\n")
    monkeypatch.setenv("A_SECRET_FILE", str(file))
    assert env.secret("A_SECRET") == env.required("A_SECRET", "") == "from-a-file"


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff\xfe"])
def test_a_file_without_a_secret_stops_the_start(monkeypatch, tmp_path, content):
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv("A_SECRET_FILE", str(file))
    with pytest.raises(ImproperlyConfigured, match=r"A_SECRET_FILE: .*(cannot be read|is empty)"):
        env.secret("A_SECRET")


def test_a_secret_given_twice_stops_the_start_without_showing_it(monkeypatch, tmp_path):
    monkeypatch.setenv("A_SECRET", "hush")
    monkeypatch.setenv("A_SECRET_FILE", str(tmp_path / "secret"))
    with pytest.raises(ImproperlyConfigured, match="A_SECRET and A_SECRET_FILE are both set") as error:
        env.secret("A_SECRET")
    assert "hush" not in str(error.value)


def test_the_password_of_the_database_may_stand_apart():
    assert env.database("postgres://me@host/legible", "from-a-file")["PASSWORD"] == "from-a-file"
    with pytest.raises(
        ImproperlyConfigured, match="DATABASE_URL has a password, and DATABASE_PASSWORD is set"
    ) as error:
        env.database("postgres://me:hush@host/legible", "from-a-file")
    assert "hush" not in str(error.value)


def test_a_database_on_the_same_machine_needs_no_password():
    database = env.database("postgres:///legible?host=/run/postgresql")
    assert (database["HOST"], database["USER"], database["PASSWORD"]) == ("/run/postgresql", "", "")


SECRETS = ("SECRET_KEY", "SECRET_KEY_FALLBACKS", "DATABASE_URL", "DATABASE_PASSWORD", "REDIS_URL", "EMAIL_PASSWORD")


def test_every_secret_can_stand_in_a_file(tmp_path):
    """The settings in a process of their own: each is read from the file that its variable names."""
    values = {
        "SECRET_KEY": "k" * 50,
        "SECRET_KEY_FALLBACKS": "a" * 50 + "," + "b" * 50,
        "DATABASE_URL": "postgres://me@host/legible",
        "DATABASE_PASSWORD": "of-the-database",
        "REDIS_URL": "redis://:of-redis@host/0",
        "EMAIL_PASSWORD": "of-the-mail",
    }
    for name, value in values.items():
        (tmp_path / name).write_text(value + "\n")
    files = {f"{name}_FILE": str(tmp_path / name) for name in SECRETS}
    code = (
        "import json; from django.conf import settings as s; print(json.dumps([s.SECRET_KEY, ','.join(s.SECRET_KEY_FALLBACKS), "
        "s.DATABASES['default']['PASSWORD'], s.CACHES['default']['LOCATION'], s.MAILERS['default']['OPTIONS']['password']]))"
    )
    own = dict.fromkeys(SECRETS, "") | files | {"EMAIL_HOST": "mail.example", "DATA_DIR": str(tmp_path)}
    assert json.loads(run("-c", code, **own)) == [values[name] for name in SECRETS if name != "DATABASE_URL"]


@pytest.mark.parametrize(
    ("value", "contact"),
    [
        ("", ""),
        ("security@clinic.example", "mailto:security@clinic.example"),
        ("mailto:security@clinic.example", "mailto:security@clinic.example"),
        ("https://clinic.example/security", "https://clinic.example/security"),
    ],
)
def test_a_contact_is_an_address_of_mail_or_of_a_page(monkeypatch, value, contact):
    monkeypatch.setenv("CONTACT", value)
    assert env.contact("CONTACT") == contact


@pytest.mark.parametrize(
    "value", ["Ada", "http://clinic.example", "javascript:x", "a@b.example\nContact: x", "a b@c.example"]
)
def test_a_contact_that_nobody_can_use_says_what_to_set(monkeypatch, value):
    monkeypatch.setenv("CONTACT", value)
    with pytest.raises(ImproperlyConfigured, match="CONTACT is"):
        env.contact("CONTACT")


WRONG = [
    ("ALLOWED_HOSTS", ""), ("ALLOWED_HOSTS", "*"), ("ALLOWED_HOSTS", "https://health.example.org"),
    ("ALLOWED_HOSTS", "health.example.org:443"), ("ALLOWED_HOSTS", "fine.example, not fine"),
    ("SECRET_KEY", "changeme"), ("SECRET_KEY", " " * 50),
    ("HTTPS", ""), ("STAFF_MFA", ""), ("FOUR_EYES", " "),
    ("PAGE_MEMORY_MB", "-1"), ("HSTS_SECONDS", "-1"), ("CDN_SECONDS", "-1"), ("ALARM_ERRORS", "-1"), ("PAGE_MEMORY_MB", "9" * 5000),
    ("DATA_DIR", ""), ("STATIC_ROOT", ""), ("TIME_ZONE", ""), ("LOG_LEVEL", ""), ("LOG_LEVEL", "loud"),
    ("DATABASE_PASSWORD", "without-an-address"), ("DATABASE_URL", "postgres://me@db.example"), ("DATABASE_URL", "sqlite://"),
    ("REDIS_URL", "redis://"), ("REDIS_URL", "redis://cache:port/0"),
    ("SITE_URL", "https://health.example.org:port"), ("SITE_URL", "https://me:secret@health.example.org"), ("SITE_URL", "https://a b"),
    ("OPERATOR_EMAILS", "nobody"), ("EMAIL_FROM", ""), ("EMAIL_FROM", "nobody"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_stops_the_start_and_is_named(monkeypatch, tmp_path, name, value):
    given = {"SECRET_KEY": "k" * 50, "DATA_DIR": str(tmp_path), "DATABASE_URL": "", "REDIS_URL": "", "HTTPS": "1"}
    for each in given | {name: value}:
        monkeypatch.setenv(each, (given | {name: value})[each])
    with pytest.raises(ImproperlyConfigured) as error:
        runpy.run_path(settings.__file__)
    assert ("DATABASE_URL" if name == "DATABASE_PASSWORD" else name) in str(error.value)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("port", ["0", "65536", "-1", "smtp"])
def test_a_port_that_is_none_says_so(monkeypatch, port):
    monkeypatch.setenv("EMAIL_HOST", "mail.example.org")
    monkeypatch.setenv("EMAIL_PORT", port)
    with pytest.raises(ImproperlyConfigured, match="EMAIL_PORT is"):
        env.mailer(printed=False)


@pytest.mark.parametrize(
    "names", ["health.example.org", ".example.org,localhost", "127.0.0.1, [::1]", "HEALTH.example.org"]
)
def test_names_of_hosts_are_taken_as_they_are(monkeypatch, names):
    monkeypatch.setenv("HOSTS", names)
    assert ",".join(env.hosts("HOSTS", "")) == names.replace(" ", "")


@pytest.mark.parametrize("name", ["WEB_CONCURRENCY", "WEB_THREADS", "ACCESS_LOG", "BIND"])
def test_the_server_starts_with_no_wrong_value(name):
    said = attempt("-c", "import config.gunicorn", **{name: "" if name == "BIND" else "-1"})
    assert f"ImproperlyConfigured: {name} is" in said
