"""What the service says at length."""
