"""Ports: loopback ports that are free, and whether somebody answers on one."""

import socket

from alerts.errors import EmbeddedError

LARGEST = 65_535


def free(host: str, port: int = 0) -> int:
    """That port, or any when it is 0. Raises EmbeddedError when it is taken."""
    if not 0 <= port <= LARGEST:
        raise EmbeddedError(f"there is no port {port}: choose one from 1024 to {LARGEST}")
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except PermissionError as error:
            raise EmbeddedError(f"port {port} needs more rights: choose one above 1023") from error
        except OSError as error:
            raise EmbeddedError(
                f"port {port} is taken: end what uses it, or choose another with --port"
            ) from error
        found: int = tried.getsockname()[1]
        return found


def answers(host: str, port: int) -> bool:
    """Whether somebody accepts connections there."""
    try:
        with socket.create_connection((host, port), timeout=2):
            return True
    except OSError:
        return False
