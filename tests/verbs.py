"""Words for every verb of the program, so that a test can go through all of them.

`{report}` and the like are not needed: they are for a folder with a config of the profiles `home` (Mastodon) and `sky`
(Bluesky), a captured account in captured.jsonl, and Mastodon's form muted_accounts.csv.
"""

SOMEBODY = "dropper0"
VERBS: dict[str, list[list[str]]] = {
    verb: [line.split() for line in lines]
    for verb, lines in {
        "init": ["init --platform mastodon --server example.test --output new.yaml --report-at 08:00"],
        "login": [
            "login home --token", "login home --token --read-only", "login home", "login sky", "login sky --bot",
            "login home --notify phone", "login home --ping",
        ],
        "logout": ["logout home --yes", "logout sky --yes"],
        "doctor": ["doctor", "doctor --json", "doctor --offline"],
        "sweep": ["sweep", "sweep sky --json", "sweep home --report-if-due"],
        "run": ["run", "run --log-level debug"],
        "report": [
            "report --profile home", "report --profile home --json", "report --profile home --format markdown",
            "report --profile home --format html",
            "report --profile home --format json", "report --profile home --send", "report --profile home --send-test",
            "report --profile sky --send-test",
        ],
        "explain": [f"explain {SOMEBODY} --profile home --all", f"explain {SOMEBODY} --profile home --fresh --json"],
        "audit": [
            "audit --profile home --format csv", "audit --profile home --followers --json", "audit --profile sky",
        ],
        "check": [f"check {SOMEBODY} --profile home --all", "check ann.test --profile sky --json"],
        "try": ["try --profile home --accounts captured.jsonl", "try --profile home --json"],
        "tune": ["tune --profile home", "tune --profile home --json"],
        "status": ["status", "status --json", "status --check"],
        "keep": [f"keep {SOMEBODY} --profile home", "keep --json", "keep ann.test --profile sky"],
        "undo": ["undo --all --profile home", "undo --all --profile sky --dry-run --json"],
        "mute": [f"mute {SOMEBODY} --profile home", "mute ann.test --profile sky"],
        "list": [f"list {SOMEBODY} --profile home"],
        "pause": ["pause 3d"],
        "resume": ["resume"],
        "adopt": ["adopt --all --profile home", "adopt --none --profile sky --json"],
        "confirm": ["confirm --i-have-read-the-report"],
        "review": ["review --list --profile home --json", "review --judged --profile home"],
        "ledger": ["ledger --profile home", "ledger --profile home --json"],
        "judge": ["judge captured.jsonl", "judge captured.jsonl --json"],
        "capture": [
            f"capture {SOMEBODY} --profile home --output out.jsonl",
            f"capture {SOMEBODY} --profile home --anonymise --output nobody.jsonl",
            "capture ann.test --profile sky --output sky.jsonl",
        ],
        "test-rules": ["test-rules", "test-rules --json"],
        "export": [
            "export all --output all.zip", "export ledger --profile home", "export mutes --profile home",
            "export lists --profile home", "export follows --profile home",
        ],
        "import": ["import muted_accounts.csv --profile home", "import muted_accounts.csv --as keep --profile home"],
        "store": [
            "store backup copy.sqlite", "store copy --to other.sqlite", "store recover",
            "store check", "store check --json",
            "store copy --to postgres://lab:planted@127.0.0.1:1/q",
        ],
        "fleet": ["fleet", "fleet --json", "fleet list", "fleet add config.yaml", "fleet show home"],
        "worker": ["worker"],
        "forget": [f"forget {SOMEBODY} --profile home --dry-run", f"forget {SOMEBODY} --profile home --yes"],
        "rules": ["rules", "rules --json"],
        "signals": ["signals", "signals --json"],
        "schema": ["schema"],
        "completion": ["completion bash"],
        "demo": [],
        "desk": [],
        "help": ["help", "help login"],
    }.items()
}  # fmt: skip
"""`demo` asks nobody and reads no secret; it takes seconds, and its own tests look at it. `desk` goes on until it is
ended, and has tests of its own too."""
