"""Who changed what at a space: noted by the database (migration 0037), told here."""
