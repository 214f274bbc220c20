"""The library of the Mastodon API and its HTTP, imported without what nothing here uses of them: 10 MB less.

Left out is the cryptography of web push, guesses at what a text is encoded in (the API speaks UTF-8) or a file is, and
packings of answers that are never asked for. All of them are optional to the libraries themselves (mastodon/compat.py,
requests/compat.py, urllib3/response.py). The only file that imports the libraries, and only where a profile needs them.
"""

import warnings

from bot.imports import sparing

UNUSED = (
    *("cryptography", "http_ece", "websocket", "blurhash", "magic", "grapheme"),
    *("charset_normalizer", "chardet"),
    *("brotli", "brotlicffi", "zstandard"),
)
"""Packages that the libraries ask for, and do without."""

with warnings.catch_warnings(), sparing(without=UNUSED):
    warnings.filterwarnings("ignore", "Unable to find acceptable character detection")
    import mastodon
    import requests
    import requests.adapters
    import requests.utils

__all__ = ["mastodon", "requests"]
