"""Rides for other journey planners: Amarillo, GTFS, GTFS-RT. Between villages and meeting points; nobody is named."""
