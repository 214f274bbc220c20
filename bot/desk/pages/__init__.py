"""What the desk shows and does: every page, and every write, in one table each."""

from bot.desk.pages import ledger, review, state, today
from bot.desk.visit import Page, Write

PAGES: tuple[Page, ...] = (
    Page("today", "Today", today.facts),
    Page("review", "Review", review.facts),
    Page("ledger", "Ledger", ledger.facts),
    Page("state", "State", state.facts),
)
"""In the order of the menu. Each has a template of its name."""

WRITES: tuple[Write, ...] = (Write("review-answer", review.answer),)
