"""`python -m config.healthcheck`: ask this machine's own process whether it is ready; for a container's health check."""

import http.client
import os
import sys


def main() -> int:
    port = int(os.environ.get("BIND", "127.0.0.1:8000").rpartition(":")[2])
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", "/healthz/ready", headers={"Host": host})
        response = connection.getresponse()
        print(response.status, response.read(2000).decode(errors="replace"))
    except OSError as error:
        print(error)
        return 1
    finally:
        connection.close()
    return 0 if response.status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
