"""What a space, and a district's spaces together, come to in months that are over; nothing that tells of anybody."""
