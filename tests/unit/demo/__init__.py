"""The demo: dates, stories, judgement and tables."""
