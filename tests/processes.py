"""Commands that tests run in processes of their own, and the servers that these need."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
WALK = """
import django
django.setup()
from django.core.cache import cache
from django.test import Client
client = Client()
for path in ("/", "/topics/leg-cramps/", "/articles/leg-emergencies/", "/search/?q=calf", "/glossary/", "/check/leg-cramps/"):
    assert client.get(path).status_code == 200, path
check = "/check/leg-cramps/question"
assert client.post(f"{check}/who/", {"answer": "age16_64"}).status_code == 303
assert client.post(f"{check}/background/", {"answer": "none"}).status_code == 303
answer = client.post(f"{check}/danger_body/", {"answer": "chest_breath"}, follow=True)
assert answer.redirect_chain == [("/check/leg-cramps/result/", 303)], answer.redirect_chain
assert b"card--emergency" in answer.content
cache.set("greeting", "hello", 5)
assert cache.get("greeting") == "hello"
print("walked")
"""


def server(name: str) -> str:
    url = os.environ.get(name, "")
    if not url and os.environ.get("CI"):
        pytest.fail(f"{name} must be set in CI.")
    if not url:
        pytest.skip(f"{name} is not set")
    return url


def start(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, ended."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, "ALLOWED_HOSTS": "testserver", "DJANGO_SETTINGS_MODULE": "config.settings", **environment},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def run(*command: str, **environment: str) -> str:
    """The output of a command; the test fails with that output if the command does."""
    done = start(*command, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def attempt(*command: str, **environment: str) -> str:
    """What a command says that must fail."""
    done = start(*command, **environment)
    assert done.returncode != 0, done.stdout
    return done.stdout + done.stderr
