"""Actions from their plan to their end: what they wait for, how they are carried out, what comes of them."""
