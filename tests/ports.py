"""A port for a server of a test or of the gate: `python3 tests/ports.py` prints one."""

import random
import socket

# Below those that the system gives to outgoing connections (32768 and more): between now and the server's start none takes it.
PORTS = range(20_000, 32_000)


def free_port() -> int:
    """On loopback, and nobody listens there."""
    for port in random.SystemRandom().sample(PORTS, 200):
        with socket.socket() as tried:
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no port is free")


if __name__ == "__main__":
    print(free_port())
