"""Everything on one machine, with data to try it out. Nothing in here is reachable outside `landbooking demo`."""
