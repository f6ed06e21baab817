"""Series of bookings."""
