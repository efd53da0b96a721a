"""oncofertility-alerts: an order of a checkpoint inhibitor goes in, an answered alert comes out."""
