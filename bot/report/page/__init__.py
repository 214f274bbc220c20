"""The report of a day as a page to be read in a browser, and the index of past days.

Each is one file that needs no script and loads nothing from anywhere.
"""

from bot.report.page.days import Past, index
from bot.report.page.whole import facts, page, unbroken

__all__ = ["Past", "facts", "index", "page", "unbroken"]
