"""Booking for people without an account, by phone or at the counter: a pick-up code stands in for the mail."""
