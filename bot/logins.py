"""Where an owner's login is made anew: on this machine, or, where a fleet's workers use it, where the fleet is kept."""

HERE = "on this machine: `quietfeed login {profile}{option}`"
IN_A_FLEET = (
    "whoever runs the fleet: `quietfeed --config {profile}.yaml login {profile}{option}`, then "
    "`quietfeed fleet add --replace {profile}.yaml`"
)
_way = HERE


def made_for_a_fleet() -> None:
    """From now on, in this process, tell the way of a fleet: a login made beside a worker would reach nobody."""
    global _way
    _way = IN_A_FLEET


def anew(profile: str, option: str = "") -> str:
    """The next step where a profile's login is refused or missing, in a clause; `option` of `login` says which of its
    secrets is meant: `--bot`, `--ping`, `--notify phone`."""
    return _way.format(profile=profile, option=f" {option}" if option else "")
