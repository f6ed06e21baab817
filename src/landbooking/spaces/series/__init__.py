"""Bookings that repeat: planned as a whole, each date judged by every rule, booked all or none, changed in one go."""
