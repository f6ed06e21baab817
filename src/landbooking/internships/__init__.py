"""Digital internships in a co-working space: from a company's posting to the certificate."""
