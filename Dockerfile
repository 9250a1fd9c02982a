# Two stages: what builds stays behind, what serves has no compiler, no pip cache and no root.
# Debian 13 by name: its pg_dump is of version 17, as the server in compose.yaml, and refuses a newer one.
FROM python:3.13-slim-trixie AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements.txt /
# Every file must have the hash that requirements.txt names.
RUN /venv/bin/pip install --require-hashes --no-deps -r /requirements.txt

FROM python:3.13-slim-trixie
# Debian takes old versions away, so none is named here.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /srv/legible legible \
    && mkdir -p /data && chown legible /data
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data STATIC_ROOT=/srv/legible/static BIND=0.0.0.0:8000
WORKDIR /srv/legible
COPY manage.py ./
COPY config config
COPY articles articles
COPY checker checker
COPY templates templates
# Only to gather files: this key signs nothing.
RUN SECRET_KEY=for-collectstatic-only-it-signs-nothing ALLOWED_HOSTS=localhost DATA_DIR=/tmp/build python manage.py collectstatic --noinput \
    && rm -rf /tmp/build
# By number, so that an orchestrator can see that it is not root.
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["python", "-m", "config.healthcheck"]
# gunicorn is process 1: it gets the stop signal, and finishes what it has begun.
CMD ["gunicorn", "-c", "python:config.gunicorn", "config.wsgi"]
