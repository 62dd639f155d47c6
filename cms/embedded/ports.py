"""Ports for the engines: below the range from which the kernel serves outgoing connections."""

import random
import socket

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


def are_free(ports: list[int]) -> bool:
    """Whether nothing listens on any of the ports."""
    return all(is_free(port) for port in ports)


def choose_ports(count: int) -> list[int]:
    """Free ports, each different, whose neighbour GRPC_OFFSET higher is free too."""
    candidates = random.sample(
        range(LOWEST, HIGHEST + 1), count * 20
    )  # a lottery against other programs, not a secret
    found = [port for port in candidates if is_free(port) and is_free(port + GRPC_OFFSET)]
    return found[:count]
