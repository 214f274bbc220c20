"""The words of quietfeed, as frozen types.

account, handle   who posts; `handle` is `user@host` on Mastodon, `name.bsky.social` on Bluesky
owner             the person whose timeline is watched; a profile is one owner's login on one server
post              what an account published: an own post, a reply, a repost or a quote
link              an outbound URL that the author shares
history           one account's posts inside the window, newest first, with what is known of the account
own feed          an account's own posts, replies included: what it is judged by
signal, reading   a pure function from a history to a number or None; its value for one history
rule, verdict     named bounds on signals; what the rules say of a history
test              a history and what its owner expects of a rule on it
step              what a rule asks for: report < hide_reposts < list < mute
action            one step on one account, from its plan to its end
protection        why an account is left alone whatever the rules say
limit             why an action waits
judgement         the owner's own word on an account: noise, or fine
question, case    why the owner is asked about an account that is borderline or undecided; that account
decision          a verdict with its step, its protection or its limit
judging, basis    accounts judged together; what the decision on one of them rested on
ledger, entry     the append-only record of decisions and actions; one line of it
trail, dealing    a list in which the network keeps what the owner did; whom they dealt with, as it is remembered
good link         what somebody quieted shared, and others whom the owner follows shared too
sweep             one round: poll, judge, decide, act, record

All times are timezone-aware UTC datetimes. Ids are opaque strings.
"""

from bot.model.dealings import Dealing, Doing, Stretch, Trail, TrailState
from bot.model.good_links import GoodLink
from bot.model.judgements import Case, Judgement, Opinion, Question
from bot.model.judgings import Basis, Judging
from bot.model.ledger import STOPPED, Action, Entry, Event, SweepRecord, Trouble
from bot.model.made import Made
from bot.model.posts import (
    EPOCH,
    MICROSECOND,
    SELF,
    UNKNOWN,
    Account,
    History,
    Lexicon,
    LinkLists,
    Look,
    Post,
    count_of,
    in_calendar,
    moment,
)
from bot.model.rightness import RuleRecord, Sparing
from bot.model.rule_changes import RuleChange, Upgrade
from bot.model.tested import Expect, Tested
from bot.model.verdicts import (
    Asked,
    Comparison,
    Decision,
    Quote,
    RuleReading,
    Standing,
    Stays,
    Step,
    Unread,
    Verdict,
)

__all__ = [
    "EPOCH",
    "MICROSECOND",
    "SELF",
    "STOPPED",
    "UNKNOWN",
    "Account",
    "Action",
    "Asked",
    "Basis",
    "Case",
    "Comparison",
    "Dealing",
    "Decision",
    "Doing",
    "Entry",
    "Event",
    "Expect",
    "GoodLink",
    "History",
    "Judgement",
    "Judging",
    "Lexicon",
    "LinkLists",
    "Look",
    "Made",
    "Opinion",
    "Post",
    "Question",
    "Quote",
    "RuleChange",
    "RuleReading",
    "RuleRecord",
    "Sparing",
    "Standing",
    "Stays",
    "Step",
    "Stretch",
    "SweepRecord",
    "Tested",
    "Trail",
    "TrailState",
    "Trouble",
    "Unread",
    "Upgrade",
    "Verdict",
    "count_of",
    "in_calendar",
    "moment",
]
