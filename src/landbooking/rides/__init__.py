"""Sharing the way: offers and their search, seats, meeting points, wishes."""
