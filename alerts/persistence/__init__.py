"""PostgreSQL: the only room with SQLAlchemy and Alembic. It decides nothing and knows no FHIR and no page."""
