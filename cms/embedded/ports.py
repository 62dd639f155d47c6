"""Ports for the engines: below the range from which the kernel serves outgoing connections."""

import random
import socket
import time

LOOPBACK = "127.0.0.1"
LOWEST, HIGHEST = 12_000, 21_999
GRPC_OFFSET = 10_000  # SeaweedFS looks for its admin's second port this much higher.


def is_free(port: int) -> bool:
    """Whether nothing listens on the port of the loopback address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def become_free(ports: list[int], *, wait_seconds: float = 1.0) -> bool:
    """Whether nothing listens on any of the ports; waits a moment for a program that is just ending."""
    deadline = time.monotonic() + wait_seconds
    while not all(is_free(port) for port in ports):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def choose_ports(count: int) -> list[int]:
    """Free ports, each different, whose neighbour GRPC_OFFSET higher is free too."""
    candidates = random.sample(
        range(LOWEST, HIGHEST + 1), count * 20
    )  # a lottery against other programs, not a secret
    found = [port for port in candidates if is_free(port) and is_free(port + GRPC_OFFSET)]
    return found[:count]
