"""The waiting list: who waits for what, and what is held for whom when something comes free."""
