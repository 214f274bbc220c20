"""Other rules tried on the past, decided again from what was recorded; and the bounds that judgements speak for."""
