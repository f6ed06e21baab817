"""Digital internships held in a co-working space."""
