"""How gunicorn serves the site: `gunicorn -c python:config.gunicorn config.wsgi`."""

import os
from typing import Any
from urllib.parse import quote_from_bytes

from gunicorn.glogging import Logger

from config import env
from config.logs import JsonFormatter, request_id, without_links

bind = env.text("BIND", "127.0.0.1:8000")
workers = env.number("WEB_CONCURRENCY", 2, at_least=1)
threads = env.number("WEB_THREADS", 8, at_least=1)
worker_class = "gthread"
# A worker that hangs is replaced; one that is told to stop first answers what it has begun.
timeout = 30
graceful_timeout = 30
keepalive = 5
# Nobody steers it but signals; the container's file system cannot be written to.
control_socket_disable = True
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190
# Nobody moves the site to another path or scheme by a header, not even a proxy on this machine that passes on what a client
# wrote: Django alone reads X-Forwarded-Proto, where BEHIND_PROXY says so.
forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}
if os.path.isdir("/dev/shm"):  # noqa: S108 - gunicorn makes a file of its own there
    # The sign of life is a file: on a disk it could block.
    worker_tmp_dir = "/dev/shm"  # noqa: S108


class Log(Logger):
    """The access log, and gunicorn's own lines: of a request that it refuses, it would tell who sent it, and what."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        if env.flag("LOG_JSON", default=not env.flag("DEBUG", default=False)):
            for handler in self.error_log.handlers:
                handler.setFormatter(JsonFormatter())

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        if msg.startswith("Invalid request"):
            request_id.set("")  # else that of the thread's last request
            msg = "A request that is not HTTP was refused"
        super().warning(msg, *args, **kwargs)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        if msg.startswith("Error handling request"):
            msg, args = "Error handling a request", ()
        super().exception(msg, *args, **kwargs)

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> dict[str, Any]:
        """Paths are escaped as they were sent, so that none can end a line or a field, and open nothing."""
        path = quote_from_bytes(environ["PATH_INFO"].encode("latin-1"), safe="/:@!$&'()*+,;=~")
        return {**super().atoms(resp, req, environ, request_time), "U": without_links(path)}


logger_class = Log
# One line a request, without the reader's address, their browser, the page they came from or what they searched for.
accesslog = "-" if env.flag("ACCESS_LOG", default=True) else None
access_log_format = (
    '{"time": "%(t)s", "logger": "access", "request_id": "%({x-request-id}o)s", '
    '"method": "%(m)s", "path": "%(U)s", "status": "%(s)s", "bytes": "%(B)s", "ms": "%(M)s"}'
)
