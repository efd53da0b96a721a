"""How fast patients are decided, beside parsing their JSON alone."""
