"""Turn into an engine: give up root's rights, tie one's life to the parent's, then run the command.

Run as a file, `launch.py PARENT UID:GID SIGNAL COMMAND…`: a program of its own, because Python code between fork and exec may
deadlock in a process that has threads. It imports nothing of Kiosque, so that it starts in milliseconds.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main(parent: str, owner: str, death_signal: str, *command: str) -> None:
    """Become the owner (`-` for nobody else), then the command. The parent is named by its process id."""
    os.umask(0o077)
    if owner != "-":
        uid, gid = map(int, owner.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    # The kernel forgets this request when a process changes its user, so it comes after that.
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
    if os.getppid() != int(parent):
        sys.exit("The parent ended before the engine began.")
    os.execv(command[0], command)  # noqa: S606  (there is no shell here to start one in)


if __name__ == "__main__":
    main(*sys.argv[1:])
