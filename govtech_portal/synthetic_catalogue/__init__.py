"""A catalogue of any size for benchmarks: invented solutions at real regions, the same for the same seed."""
