"""What can be measured: one function a signal, in the file of its family."""

from bot.signals import links, profile, rhythm, sameness, voice
from bot.signals.base import UNITS, Signal

ALL: tuple[Signal, ...] = (
    voice.own_posts,
    rhythm.days_seen,
    rhythm.posts_per_day,
    links.link_share,
    links.bare_link_share,
    links.commentary_share,
    links.top_domain_share,
    links.distinct_domains,
    links.own_site_share,
    links.crosspost_share,
    links.shortener_share,
    voice.reply_share,
    voice.answered_people,
    voice.address_share,
    voice.reply_link_share,
    voice.thread_share,
    voice.media_share,
    voice.quote_share,
    voice.repost_share,
    voice.self_repost_share,
    voice.hashtag_stuffing,
    voice.promo_words,
    sameness.duplicate_link_share,
    sameness.duplicate_text_share,
    sameness.near_duplicate_share,
    sameness.repeated_reply_share,
    rhythm.max_posts_per_hour,
    rhythm.burst_days,
    rhythm.clockwork,
    profile.bio_promo,
    profile.declared_bot,
    profile.group,
    profile.follower_ratio,
    profile.account_age_days,
    profile.timeline_share,
)
"""Every signal, in the order of the documentation."""

BY_NAME: dict[str, Signal] = {s.name: s for s in ALL}

__all__ = ["ALL", "BY_NAME", "UNITS", "Signal"]
