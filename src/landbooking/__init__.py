"""landbooking: desks, rides, internships and help, booked in one place by a rural district's residents."""
