"""A simulated year of the program: `make soak`. In the order of reading: town, weather, life, books, and the year."""
