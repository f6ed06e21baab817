"""The French carpooling standard (fabmob/standard-covoiturage): other operators search and book here by it."""
