"""What a person has booked, across all slices; its calendar feed; and what becomes of it when the account goes."""
