"""Takes in what waits in the queue of deliveries: stores records, tells the user's feed, asks for analyses."""
