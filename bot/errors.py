"""What can go wrong, as the owner should read it: where, what, and the next step."""


class UserError(Exception):
    """A mistake or a missing piece that the owner can mend. cli.py prints it and exits 2."""

    exit_code = 2
    next_step = ""
    """What the owner can do, in a clause, where whoever raised it could not know."""
    in_file = False
    """Whether its lines begin with places in files of the owner's, `file:line:column:`, which may be shown."""


class Failure(UserError):
    """Something failed that the owner did not cause (network, disk, server). cli.py prints it and exits 1."""

    exit_code = 1


class Stopped(Exception):
    """The process was asked to end; raised out of every wait so that nothing lingers."""
