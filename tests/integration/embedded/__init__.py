"""The one-machine service's parts, each started for real."""
