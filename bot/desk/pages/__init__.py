"""What the desk shows and does: every page, and every write, in one table each."""

from bot.desk.pages import account, accounts, change, day, effect, ledger, moved, remedies, review, rules, state, today
from bot.desk.visit import Page, Write

PAGES: tuple[Page, ...] = (
    Page("today", "Today", today.facts),
    Page("accounts", "Accounts", accounts.facts),
    Page("account", "Account", account.facts, menu=False, filled="one_account.html"),
    Page("rules", "Rules", rules.facts),
    Page("moved", "What changes", moved.facts, menu=False),
    Page("review", "Review", review.facts),
    Page("day", "Report of a day", day.facts, menu=False),
    Page("ledger", "Ledger", ledger.facts),
    Page("state", "State", state.facts),
    Page("change", "Change", change.facts, menu=False),
    Page("back", "As it was", change.back, menu=False),
    Page("effect", "What it would have done", effect.facts, menu=False),
)
"""In the order of the menu."""

WRITES: tuple[Write, ...] = (
    *remedies.WRITES,
    Write("review-answer", review.answer),
    Write("keep-change", change.keep),
    Write("put-back", change.bring_back),
)
