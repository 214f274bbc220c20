"""The process dies at every point where it writes or asks, is started again, and nothing is lost, doubled or left."""
