"""Drug names: which checkpoint inhibitor a text orders, if any. Pure; knows words, not orders."""
