"""One channel a file: it hands a notice over, or raises a DeliveryError."""
