"""The desk: a local page on which the owner sees their timeline, moves a bound, and watches who changes."""
