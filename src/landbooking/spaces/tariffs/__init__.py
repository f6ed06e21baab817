"""What bookings cost, how they are paid, and the ledger in which every charge stands."""
