"""Made-up timelines as the servers send them, for the benchmarks."""
