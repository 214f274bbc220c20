"""Two real servers with the same small company on each, looked at and changed by a client that is not the bot's.

The owner follows a dropper (bare links: mute), a mirror (headlines with a link: list), a booster (others' posts:
hide reposts) and a talker, who is to be left alone.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import httpx

from tests.live.network import BlueskyNetwork
from tests.live.seed_bluesky import Person, card, join, note, reply, repost, times
from tests.servers.mastodon_network import Network, Status, link
from tests.servers.mastodon_stub import Stub

DONE = {"dropper": {"muted"}, "mirror": {"listed"}, "booster": {"reposts hidden"}}
COMPANY = (*DONE, "talker")
ON_BLUESKY = {**DONE, "mirror": {"muted"}}
"""Lists are public there, so what would list mutes."""


def done_at(place: "Place") -> dict[str, set[str]]:
    """What stands where all was done that the rules ask for."""
    return ON_BLUESKY if isinstance(place, OnBluesky) else DONE


"""What each action looks like on the server."""
LIST = "Quieted"
CONFIG = """\
dry_run: {dry_run}
profiles:
  - {profile}
rules:
  - name: bare links
    when: {{link_share: {{at_least: 0.9}}, bare_link_share: {{at_least: 0.9}}, reply_share: {{at_most: 0.02}}}}
    then: mute
    for: {lasts}
  - name: headlines
    when: {{link_share: {{at_least: 0.9}}, bare_link_share: {{at_most: 0.1}}, reply_share: {{at_most: 0.02}}}}
    then: list
    for: {lasts}
  - name: only others' posts
    when: {{repost_share: {{at_least: 0.8}}}}
    then: hide_reposts
    for: {lasts}
    evidence: {{own_posts: 0, days_seen: 0}}
evidence: {{own_posts: 10, days_seen: 0}}
limits: {{first_days_dry: {first_days}, confirm_after: 0m, newly_followed: 0d, followed_share_per_week: 1}}
sweep: {{every: 8s, jitter: 0s}}
report: {{at: "00:00", timezone: UTC}}
"""
"""For that company: three rules whose actions last as long as is said, and are done at once."""
DAYS = 10
NEWS, PAPER = "What happened in the town hall today", "https://news.example.org/story"


class Place(Protocol):
    """A server with its company. Names are `dropper`, `mirror`, `booster` and `talker`."""

    profile: str
    """The lines of the config that name the owner's login."""
    secrets: dict[str, str]

    def handle(self, name: str) -> str:
        """How the program calls somebody."""

    def truth(self, name: str) -> set[str]:
        """What stands on somebody: `muted`, `listed`, `reposts hidden`."""

    def truths(self) -> dict[str, set[str]]:
        """The same of everybody."""

    def entries(self) -> list[tuple[str, str]]:
        """Who is on which of the owner's lists, by its title: once for each entry."""

    def lists(self) -> list[str]:
        """The titles of the owner's lists: one for each list."""

    def catch_up(self) -> None:
        """Return once whatever was written shows, as it would when the next sweep comes."""

    def take_back(self, name: str) -> None:
        """The owner undoes by hand whatever stands there."""

    def mute(self, name: str) -> None:
        """The owner mutes by hand."""

    def improve(self, name: str) -> None:
        """Somebody begins to converse."""

    def go_on(self) -> None:
        """The mirror posts more of the same."""


class OnBluesky:
    """The company on the local Bluesky network; `address` is asked by the program in place of the PDS."""

    scenes = 0

    def __init__(self, network: BlueskyNetwork, address: str | None = None) -> None:
        OnBluesky.scenes += 1
        self.network, self.people = network, dict[str, Person]()
        for name in ("owner", *COMPANY):
            # a "d" for actions: other modules name their people by number too
            self.people[name] = join(network.pds, f"{name}d{OnBluesky.scenes}")
        self._history(datetime.now(UTC))
        network.settle()
        self.owner = self.people["owner"]
        self.profile = (
            f"{{name: home, platform: bluesky, server: '{address or network.pds}', "
            f"handle: {self.owner.handle}, report_via: file}}"
        )
        self.secrets = {"QUIETFEED_HOME_APP_PASSWORD": self.owner.password}

    def _history(self, now: datetime) -> None:
        moments, people = times(now, 3, DAYS), self.people
        said = people["talker"].post([note(f"A thought about the garden, {i}", at) for i, at in enumerate(moments)])
        shop = "https://shop.example.com/offer/"
        people["dropper"].post([note(f"{shop}{i}", at, **card(f"{shop}{i}", "Offer")) for i, at in enumerate(moments)])
        people["mirror"].post([note(f"{NEWS} {PAPER}/{i}", at) for i, at in enumerate(moments)])
        people["booster"].write([repost(said[i], at + timedelta(minutes=5)) for i, at in enumerate(moments)])
        people["owner"].follow(*(p for name, p in people.items() if name != "owner"), at=now - timedelta(days=30))

    def handle(self, name: str) -> str:
        return self.people[name].handle

    def truth(self, name: str) -> set[str]:
        return self.truths()[name]

    def truths(self) -> dict[str, set[str]]:
        """In few requests, each of which takes long there."""
        names = self._names()
        found = self.owner.call("app.bsky.actor.getProfiles", actors=list(names))["profiles"]
        listed = {who for who, title in self.entries() if title == LIST}
        return {name: self._shown(one["viewer"], name in listed) for one in found if (name := names[one["did"]])}

    def _names(self) -> dict[str, str]:
        """Everybody but the owner, by their DID."""
        return {person.did: name for name, person in self.people.items() if person is not self.owner}

    def _shown(self, viewer: dict[str, Any], listed: bool) -> set[str]:
        found = {"muted"} if viewer["muted"] and not viewer.get("mutedByList") else set()
        found |= {"reposts hidden"} if viewer.get("mutedOnlyReposts") else set()
        return found | ({"listed"} if listed else set())

    def _records(self, collection: str) -> dict[str, dict[str, Any]]:
        """The owner's own records by their address: the AppView shows one of two entries that are alike."""
        ours, all_of_them = f"app.bsky.graph.{collection}", {"repo": self.owner.did, "limit": 100}
        found = self.owner.call("com.atproto.repo.listRecords", collection=ours, **all_of_them)["records"]
        return {record["uri"]: record["value"] for record in found}

    def entries(self) -> list[tuple[str, str]]:
        titles = {uri: made["name"] for uri, made in self._records("list").items()}
        names = self._names()
        return [(names[item["subject"]], titles[item["list"]]) for item in self._records("listitem").values()]

    def lists(self) -> list[str]:
        return [made["name"] for made in self._records("list").values()]

    def catch_up(self) -> None:
        self.network.settle()

    def muted_by_list(self, name: str) -> bool:
        """Whether a list of the owner's mutes somebody."""
        viewer = self.owner.call("app.bsky.actor.getProfile", actor=self.people[name].did)["viewer"]
        return bool(viewer.get("mutedByList"))

    def _items(self, name: str) -> list[str]:
        lists = self.owner.call("app.bsky.graph.getLists", actor=self.owner.did)["lists"]
        (uri,) = [found["uri"] for found in lists if found["name"] == LIST] or [None]
        items = self.owner.call("app.bsky.graph.getList", list=uri)["items"] if uri else []
        return [item["uri"] for item in items if item["subject"]["did"] == self.people[name].did]

    def take_back(self, name: str) -> None:
        for uri in self._items(name):
            key = uri.rsplit("/", 1)[-1]
            body = {"repo": self.owner.did, "collection": "app.bsky.graph.listitem", "rkey": key}
            self.owner.call("com.atproto.repo.deleteRecord", body)
        self.owner.call("app.bsky.graph.unmuteActor", {"actor": self.people[name].did})
        self.network.settle()

    def mute(self, name: str) -> None:
        self.owner.call("app.bsky.graph.muteActor", {"actor": self.people[name].did})

    def improve(self, name: str) -> None:
        asked, now = self.people["talker"].posts, datetime.now(UTC)
        answers = [note(f"I know that well, and here is how, {i}", now, **reply(asked[i])) for i in range(12)]
        self.people[name].post(answers)
        self.network.settle()

    def go_on(self) -> None:
        now = datetime.now(UTC)
        self.people["mirror"].post([note(f"{NEWS} {PAPER}/more/{i}", now) for i in range(12)])
        self.network.settle()


class MastodonClient:
    """The owner of a server of the Mastodon API, with an app that is not the bot; `ids` names the company there."""

    domain: str
    ids: dict[str, str]
    client: httpx.Client

    def signed_in(self, url: str, token: str) -> None:
        """Ask the server as whoever has the token."""
        self.client = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=30)

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """The JSON of an answer that must be a good one."""
        answer = self.client.request(method, path, **more)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def handle(self, name: str) -> str:
        return f"{name}@{self.domain}"

    def truth(self, name: str) -> set[str]:
        (how,) = self.ask("GET", "/api/v1/accounts/relationships", params={"id[]": self.ids[name]})
        found = {"muted"} if how["muting"] else set()
        found |= set() if how["showing_reblogs"] else {"reposts hidden"}
        return found | ({"listed"} if self._lists(name) else set())

    def _lists(self, name: str) -> list[str]:
        found = self.ask("GET", f"/api/v1/accounts/{self.ids[name]}/lists")
        return [own["id"] for own in found if own["title"] == LIST]

    def take_back(self, name: str) -> None:
        for own in self._lists(name):
            self.ask("DELETE", f"/api/v1/lists/{own}/accounts", params={"account_ids[]": self.ids[name]})
        self.ask("POST", f"/api/v1/accounts/{self.ids[name]}/unmute")
        self.ask("POST", f"/api/v1/accounts/{self.ids[name]}/follow", data={"reblogs": "true"})

    def mute(self, name: str) -> None:
        self.ask("POST", f"/api/v1/accounts/{self.ids[name]}/mute")


class OnMastodon(MastodonClient):
    """The company on the strict stub of the Mastodon API, asked over HTTP."""

    def __init__(self, stub: Stub) -> None:
        self.stub, self.network = stub, stub.network
        self.domain = self.network.domain
        self.ids = {name: self.network.account(name) for name in COMPANY}
        self.said: list[Status] = []
        self._history(datetime.now(UTC))
        self.profile = f"{{name: home, platform: mastodon, server: '{stub.url}', report_via: file}}"
        self.secrets = {"QUIETFEED_HOME_TOKEN": self.network.token}
        self.signed_in(stub.url, self.network.token)

    def _history(self, now: datetime) -> None:
        network, ids = self.network, self.ids
        for i, at in enumerate(times(now, 3, DAYS)):
            said = network.post(ids["talker"], f"<p>A thought about the garden, {i}</p>", at)
            self.said.append(said)
            network.post(ids["dropper"], f"<p>{link(f'https://shop.example.com/offer/{i}')}</p>", at)
            network.post(ids["mirror"], f"<p>{NEWS} {link(f'{PAPER}/{i}')}</p>", at)
            network.post(ids["booster"], at=at + timedelta(minutes=5), boost_of=said)
        for one in ids.values():
            network.follow(one)

    def truths(self) -> dict[str, set[str]]:
        return {name: self.truth(name) for name in COMPANY}

    def entries(self) -> list[tuple[str, str]]:
        names = {account: name for name, account in self.ids.items()}
        return [(names[member], own.title) for own in self.network.lists.values() for member in own.members]

    def lists(self) -> list[str]:
        return [own.title for own in self.network.lists.values()]

    def catch_up(self) -> None:
        """It shows at once."""

    def improve(self, name: str) -> None:
        for number in range(12):
            words = f"<p>I know that well, and here is how, {number}</p>"
            self.network.post(self.ids[name], words, reply_to=self.said[number])

    def go_on(self) -> None:
        for i in range(12):
            self.network.post(self.ids["mirror"], f"<p>{NEWS} {link(f'{PAPER}/more/{i}')}</p>")

    def written(self) -> int:
        return len(self.stub.writes)


def on_mastodon(**facts: Any) -> OnMastodon:
    """A company on a stub of its own; `facts` are attributes of its network."""
    network = Network()
    for name, value in facts.items():
        setattr(network, name, value)
    stub = Stub(network)
    stub.__enter__()
    return OnMastodon(stub)
