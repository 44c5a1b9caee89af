"""CPU time and memory of the six agents and the aggregation, beside the same features made with pandas."""
