"""The desk on a server that goes away and comes back: its pages say so, and come back by themselves."""

from contextlib import closing

import pytest

from bot.cli.demo import CONFIG, text_of_config
from bot.cli.playground import begins
from bot.clock import SystemClock
from bot.config import load
from bot.desk.app import AGAIN
from bot.store import open_store
from tests.servers.postgres import PASSWORD, Server
from tests.unit.desk.asked import desk_of

pytestmark = pytest.mark.live


@pytest.fixture
def server():
    made = Server()
    try:
        yield made.start()
    finally:
        made.remove()


def test_while_the_server_is_away_a_page_says_so_and_comes_back_by_itself(server, tmp_path):
    (tmp_path / CONFIG).write_text(text_of_config("standard", begins(SystemClock().now())), "utf-8")
    with closing(open_store(server.address(server.fresh()), exclusive=False)) as store:
        desk = desk_of(store, load(tmp_path / CONFIG), SystemClock())
        assert desk.get("/").status == 200
        server.stop()
        for path in ("/", "/review", "/ledger"):
            away = desk.get(path)
            assert (away.status, away.headers.get("refresh")) == (503, str(AGAIN))
            assert "the database does not answer" in away.page.text
            assert PASSWORD not in away.text
        server.start()
        for path in ("/", "/review", "/ledger"):
            assert desk.get(path).status == 200
