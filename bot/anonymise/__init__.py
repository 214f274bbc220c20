"""A history made fit to be shown: everything that names, quotes or links is replaced, and every signal reads the same.

replaced    handles, names, ids, bios, words, mentions, hashtags, pages, unknown sites and what stands in addresses
kept        times of day and distances, counts, kinds of posts, punctuation, the script of a word; the sites that
            `bot/data/links.toml` and the owner's `links:` name; words of advertising, as far as they are found as such

The same thing gets the same name throughout one history, and different things get different ones.
"""

from bot.anonymise.history import Difference, anonymised, differences

__all__ = ["Difference", "anonymised", "differences"]
