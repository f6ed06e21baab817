"""Who offers internships: the company's profile, its people, and what district staff have seen of it."""
