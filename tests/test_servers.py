"""The site on the servers of a larger clinic: PostgreSQL for the data, Redis for the cache.

`TEST_DATABASE_URL` and `TEST_REDIS_URL` name servers for the tests; without them these tests skip, but never in CI.
"""

import pytest

from tests.processes import WALK, run, server


@pytest.mark.postgres
def test_the_whole_site_runs_on_postgresql_by_settings_alone(tmp_path):
    settings = {"DATABASE_URL": server("TEST_DATABASE_URL"), "DATA_DIR": str(tmp_path), "DEBUG": "1"}
    first = run("manage.py", "demo", "--no-serve", **settings)
    again = run("manage.py", "demo", "--no-serve", **settings)
    assert "16 added" in first or "0 added" in first
    assert "0 added" in again
    assert "walked" in run("-c", WALK, **settings)


@pytest.mark.redis
def test_the_whole_site_runs_with_redis_as_its_cache_by_settings_alone(tmp_path):
    settings = {"REDIS_URL": server("TEST_REDIS_URL"), "DATA_DIR": str(tmp_path), "DEBUG": "1"}
    run("manage.py", "demo", "--no-serve", **settings)
    assert "walked" in run("-c", WALK, **settings)
