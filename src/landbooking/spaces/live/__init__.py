"""Boards that change by themselves: what changed is told through Valkey, and passed on to who looks at it."""
