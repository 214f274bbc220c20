"""The bundled word lists, and the lexicon that they make with the owner's own words."""

from functools import cache
from importlib.resources import files

import yaml

from bot.config.types import Words
from bot.model import Lexicon, LinkLists


@cache
def bundled() -> dict[str, dict[str, tuple[str, ...]]]:
    """Language -> `promo_words` and `promo_roles`, from `bot/data/words.yaml`."""
    text = (files("bot") / "data" / "words.yaml").read_text("utf-8")
    reader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's, where PyYAML was built with it
    read = reader(text).get_single_data()
    return {language: {name: tuple(words) for name, words in lists.items()} for language, lists in read.items()}


def lexicon(words: Words, links: LinkLists) -> Lexicon:
    """The bundled words of the chosen languages, then the owner's own, each once; the owner's lists of links, which
    stand beside those that `bot.urls` brings."""
    lists = [bundled()[language] for language in words.languages]
    return Lexicon(
        own_words=words.own_words,
        commentary_words=words.commentary_words,
        promo_words=_joined(*(found["promo_words"] for found in lists), words.promo_words),
        promo_roles=_joined(*(found["promo_roles"] for found in lists), words.promo_roles),
        links=links,
    )


def _joined(*lists: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip().casefold() for words in lists for word in words))
