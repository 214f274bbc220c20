"""The verbs with which an owner begins."""

from typing import TYPE_CHECKING

from bot.cli.parser.verbs import json_option, verb

if TYPE_CHECKING:
    from bot.cli.parser.verbs import Verbs


ON_THE_DEMO = """\
  gentle      would mute 2, hide the reposts of 1, only report 8; 22 % of your timeline was noise
  standard    would mute 7, list 3, hide the reposts of 1; 47 % of your timeline was noise
  strict      would mute 8, list 2, hide the reposts of 1; 47 % of your timeline was noise"""
"""What each strictness does on the demo; a test holds it against the demo itself."""
STRICTNESSES = ("gentle", "standard", "strict")


def init(verbs: "Verbs") -> None:
    """`quietfeed init`."""
    parser = verb(
        verbs,
        "init",
        "first:init",
        "write a config by answering a few questions",
        "It takes the shipped rules by reference (`rules: shipped`), so that better ones come with an upgrade.\n"
        f"On the demo (`quietfeed demo`), each --strictness of them:\n\n{ON_THE_DEMO}\n\n"
        "Without a terminal, answer by options:\n"
        "  quietfeed init --platform mastodon --server https://mastodon.example\n"
        "  quietfeed init --platform bluesky --handle robin.bsky.example",
    )
    parser.add_argument("--platform", choices=("mastodon", "bluesky"), help="your network")
    parser.add_argument("--server", metavar="URL", help="your Mastodon server, or a Bluesky PDS of your own")
    parser.add_argument("--handle", help="your Bluesky handle")
    parser.add_argument("--bot-handle", metavar="HANDLE", help="Bluesky: your second account, which sends the report")
    parser.add_argument("--notify", metavar="NAME", help="where else the report goes: a name for `login --notify`")
    parser.add_argument("--report-at", metavar="HH:MM", help="when the daily report comes, in local time (08:00)")
    parser.add_argument(
        "--strictness", choices=STRICTNESSES, default="standard", help="of the shipped rules (standard)"
    )
    parser.add_argument("--output", metavar="FILE", help="where to write it (default: --config, else ./config.yaml)")
    parser.add_argument("--force", action="store_true", help="replace a config that is there already")


def login(verbs: "Verbs") -> None:
    """`quietfeed login`."""
    parser = verb(
        verbs,
        "login",
        "login:login",
        "log in, once for each profile",
        "Mastodon: opens your server's page in a browser; you allow quietfeed and paste the code (or come back by\n"
        "itself with --browser). It asks for the least that it needs; with --read-only for reading alone, with which\n"
        "all works but what changes something: a dry run, but its report waits in a file.\n"
        "Bluesky: asks for an app password (Settings > Privacy and security > App passwords). These know no reading\n"
        "alone; with --read-only it is quietfeed itself that makes no call which writes.\n\n"
        "What it gets is kept in a file that only you can read, never in the config. Where there is no disk to keep\n"
        "it on, set QUIETFEED_<PROFILE>_TOKEN or QUIETFEED_<PROFILE>_APP_PASSWORD instead.\n\n"
        "  quietfeed login --notify phone       keep an address that the report goes to (docs/reports.md)\n"
        "  quietfeed login --ping               keep the address of a dead man's switch",
    )
    parser.add_argument("profile", nargs="?", metavar="PROFILE", help="which profile, where the config has several")
    parser.add_argument("--browser", action="store_true", help="Mastodon: come back by a redirect to this machine")
    parser.add_argument("--read-only", action="store_true", help="only to read: nothing can be muted or posted by it")
    parser.add_argument("--bot", action="store_true", help="Bluesky: log in the account that messages you the report")
    parser.add_argument("--token", action="store_true", help="Mastodon: read an access token from standard input")
    parser.add_argument(
        "--notify", metavar="NAME", help="keep an address that the report goes to (report_also), as apprise writes it"
    )
    parser.add_argument("--ping", action="store_true", help="keep the address of a dead man's switch")


def logout(verbs: "Verbs") -> None:
    """`quietfeed logout`."""
    parser = verb(
        verbs,
        "logout",
        "logout:logout",
        "revoke a login, and forget it",
        "Tells the server that the login is over, and forgets it with the addresses kept beside it. What was done on\n"
        "your account stays, and so do the store and its ledger: `quietfeed undo --all` first takes it back.\n"
        "An app password of Bluesky's is revoked by you alone: Settings > Privacy and security > App passwords.",
    )
    parser.add_argument("profile", nargs="?", metavar="PROFILE", help="which profile, where the config has several")
    parser.add_argument("--yes", action="store_true", help="also while mutes and lists of quietfeed's are in force")


def doctor(verbs: "Verbs") -> None:
    """`quietfeed doctor`."""
    parser = verb(
        verbs,
        "doctor",
        "doctor:doctor",
        "check config, environment, login, server, clock, store and schedule",
        "Each line that is not well names its remedy. All servers are asked at once, those of sixteen profiles at a\n"
        "time, and none is waited for longer than ten seconds. Of more than five profiles what is the same of several\n"
        "is told once. Whether the work goes on at this moment, `quietfeed status --check` tells.\n\n"
        "Exit codes: 0 nothing must be mended, 1 something must, 2 it is the config or its tests.",
    )
    parser.add_argument("--offline", action="store_true", help="only what needs no network")
    json_option(parser)


def demo(verbs: "Verbs") -> None:
    """`quietfeed demo`."""
    parser = verb(
        verbs,
        "demo",
        "demo:demo",
        "see it work on a bundled, made-up network",
        "Some 40 accounts over 14 days, swept for real in simulated time. Touches nothing outside a temporary folder.\n"
        f"--strictness turns the shipped rules, as the key of that name in a config does:\n\n{ON_THE_DEMO}",
    )
    parser.add_argument("--strictness", choices=STRICTNESSES, default="standard", help="of the rules (standard)")
    parser.add_argument(
        "--keep", metavar="DIR", help="keep it there to play with: its days end today, and every verb works on it"
    )
    json_option(parser)


def completion(verbs: "Verbs") -> None:
    """`quietfeed completion`."""
    parser = verb(
        verbs,
        "completion",
        "completion:completion",
        "let your shell complete verbs, options and files",
        "Prints a script for your shell. Once and for all:\n\n"
        "  bash   quietfeed completion bash > ~/.local/share/bash-completion/completions/quietfeed\n"
        "  zsh    quietfeed completion zsh > ~/.zfunc/_quietfeed\n"
        "         with `fpath=(~/.zfunc $fpath)` before `compinit` in ~/.zshrc\n"
        "  tcsh   quietfeed completion tcsh > ~/.quietfeed.tcsh\n"
        "         with `source ~/.quietfeed.tcsh` in ~/.tcshrc\n\n"
        "For the shell that you are in, in bash:  source <(quietfeed completion bash)",
    )
    parser.add_argument("shell", choices=("bash", "zsh", "tcsh"), help="which shell")
