"""Who applies: one table says which step leads where, who may take it, and what it brings about."""
