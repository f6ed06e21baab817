"""Co-working spaces, what can be booked in them, their opening hours, the bookings, and running them."""
