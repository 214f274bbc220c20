"""Pictures of a report: drawn as SVG for the page, turned into PNG for a letter, and told in words."""
