"""The audit trail as a whole: what is on it, how it is sealed, and every way of tampering."""
