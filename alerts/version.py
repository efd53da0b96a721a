"""Which version of this service is running."""

from importlib.metadata import version

VERSION = version("oncofertility-alerts")
