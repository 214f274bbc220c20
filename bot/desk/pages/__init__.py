"""What the desk shows and does: every page, and every write, in one table each."""

from bot.desk.pages import change, effect, ledger, state, today
from bot.desk.visit import Page, Write

PAGES: tuple[Page, ...] = (
    Page("today", "Today", today.facts),
    Page("ledger", "Ledger", ledger.facts),
    Page("state", "State", state.facts),
    Page("change", "Change", change.facts, menu=False),
    Page("back", "As it was", change.back, menu=False),
    Page("effect", "What it would have done", effect.facts, menu=False),
)
"""In the order of the menu. Each has a template of its name."""

WRITES: tuple[Write, ...] = (
    Write("keep-change", change.keep),
    Write("put-back", change.bring_back),
)
