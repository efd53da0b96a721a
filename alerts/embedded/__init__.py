"""The one-machine supervisor: PostgreSQL, a Redis-protocol server, a mail catcher and our processes as children."""
