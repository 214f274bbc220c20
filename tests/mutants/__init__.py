"""Do the tests notice? Small changes made to the program at random, each held against the tests: `make mutants`."""
