"""The outbox and its delivery. Is handed an address and knows nobody."""
