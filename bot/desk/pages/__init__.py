"""What the desk shows and does: every page, and every write, in one table each."""

from bot.desk.pages import ledger, moved, rules, state, today
from bot.desk.visit import Page, Write

PAGES: tuple[Page, ...] = (
    Page("today", "Today", today.facts),
    Page("rules", "Rules", rules.facts),
    Page("moved", "What changes", moved.facts, menu=False),
    Page("ledger", "Ledger", ledger.facts),
    Page("state", "State", state.facts),
)
"""In the order of the menu. Each has a template of its name."""

WRITES: tuple[Write, ...] = ()
