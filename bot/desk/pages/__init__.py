"""What the desk shows and does: every page, and every write, in one table each."""

from bot.desk.pages import account, accounts, ledger, remedies, review, state, today
from bot.desk.visit import Page, Write

PAGES: tuple[Page, ...] = (
    Page("today", "Today", today.facts),
    Page("accounts", "Accounts", accounts.facts),
    Page("account", "Account", account.facts, menu=False, filled="one_account.html"),
    Page("review", "Review", review.facts),
    Page("ledger", "Ledger", ledger.facts),
    Page("state", "State", state.facts),
)
"""In the order of the menu."""

WRITES: tuple[Write, ...] = (*remedies.WRITES, Write("review-answer", review.answer))
