"""Pictures for letters, uploaded with their words. A picture is never a reason to hold a letter up.

Facts (docs.joinmastodon.org, methods media, 3.1.3+): `POST /api/v2/media` answers 200 when the file is ready and 202,
without its `url`, while it is worked on; `GET /api/v1/media/:id` answers 206 until then; a post that names one which is
not ready is 422. It needs `write:media`. A file that no post names is deleted after a day. A description holds 1,500
characters.
"""

from bot.platforms.base import LoginNeeded, Picture, PlatformError
from bot.platforms.mastodon.connection import Answer, Connection
from bot.platforms.mastodon.posts import identity_or_none

MEDIA = "/api/v2/media"
LONGEST = 1500
WAITS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each look whether the server is done."""


def upload(connection: Connection, picture: Picture) -> str:
    """The id of the uploaded picture, to be named in a post; empty where the server or the login does not take it, or
    is not done with it soon enough."""
    try:
        file = {"file": ("quietfeed.png", picture.png, "image/png")}
        answer = connection.write("POST", MEDIA, {"description": picture.words[:LONGEST]}, repeatable=False, files=file)
        media = identity_or_none(answer.fields) or ""
        return media if media and _ready(connection, media, answer) else ""
    except (PlatformError, LoginNeeded):
        return ""


def _ready(connection: Connection, media: str, answer: Answer) -> bool:
    """Whether the file can be named in a post, after some patience. Raises as `Connection.get`."""
    for seconds in WAITS:
        if answer.status == 200 and answer.fields.get("url"):
            return True
        connection.clock.wait(seconds)
        answer = connection.get(f"/api/v1/media/{media}")
    return answer.status == 200 and bool(answer.fields.get("url"))
