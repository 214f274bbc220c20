"""What a rule does, in words."""

from bot.judging.rules import Rule
from bot.model import Step
from bot.report.accounts import DO
from bot.report.figures import span


def does(rule: Rule) -> str:
    """`mute for 30 days`; of a rule that only watches, so."""
    step = {**DO, Step.HIDE_REPOSTS: "hide reposts"}[rule.then]
    if rule.quota is not None:
        return f"{step} until midnight, above {rule.quota:,} posts a day"
    lasts = f" for {span(rule.duration)}" if rule.duration and rule.then is not Step.REPORT else ""
    return f"{step}{lasts}{' (only watches)' if rule.only_watches else ''}"
