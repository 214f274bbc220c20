"""What the desk shows and does: every page, and every write, in one table each."""

from bot.desk.pages import day, ledger, state, today
from bot.desk.visit import Page, Write

PAGES: tuple[Page, ...] = (
    Page("today", "Today", today.facts),
    Page("day", "Report of a day", day.facts, menu=False),
    Page("ledger", "Ledger", ledger.facts),
    Page("state", "State", state.facts),
)
"""In the order of the menu. Each has a template of its name."""

WRITES: tuple[Write, ...] = ()
