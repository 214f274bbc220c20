"""How often an account says or links the same again."""

from bot.model import History, Post
from bot.signals.base import SHARE, signal, view
from bot.signals.text import outbound_of


@view
def utterances(history: History) -> list[tuple[Post, ...]]:
    """What the account said: each thread and each reply to others, newest first within either."""
    return [*history.threads, *((reply,) for reply in history.replies)]


@signal(SHARE)
def duplicate_link_share(history: History) -> float | None:
    """Share of linked own posts and replies whose links all stood in another one as well. None without links."""
    linked = [found for parts in utterances(history) if (found := outbound_of(parts))]
    seen: dict[str, int] = {}
    for found in linked:
        for url in found:
            seen[url] = seen.get(url, 0) + 1
    return sum(all(seen[url] > 1 for url in found) for found in linked) / len(linked) if linked else None
