"""What the owner reads: a day, a verdict and the state of things as Markdown, text, JSON and tables."""
