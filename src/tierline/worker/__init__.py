"""The worker: due work, sealing and deliveries, in one loop for one machine or many."""
