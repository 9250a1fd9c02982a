# Two stages: what builds stays behind, what serves has no compiler, no pip cache and no root.
FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements.txt /
# Every file must have the hash that requirements.txt names.
RUN /venv/bin/pip install --require-hashes --no-deps -r /requirements.txt

FROM python:3.13-slim
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
RUN SECRET_KEY=for-collectstatic-only ALLOWED_HOSTS=localhost DATA_DIR=/tmp/build python manage.py collectstatic --noinput \
    && rm -rf /tmp/build
USER legible
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["python", "-m", "config.healthcheck"]
# gunicorn is process 1: it gets the stop signal, and finishes what it has begun.
CMD ["gunicorn", "-c", "python:config.gunicorn", "config.wsgi"]
