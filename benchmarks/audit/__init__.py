"""How fast the audit trail is written, sealed and verified."""
