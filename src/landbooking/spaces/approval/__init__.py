"""Bookings that a host has to confirm: asked for, then answered, withdrawn or expired."""
