"""Addresses: what a page's or a receipt's address names."""

from uuid import UUID

from alerts.errors import NotFound


def uuid_in(text: str) -> UUID:
    """The id in an address. Raises NotFound."""
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error
