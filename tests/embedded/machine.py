"""What the kernel knows of the engines' processes: sockets, users, environment."""

from pathlib import Path

LISTENING = "0A"


def listening_addresses(pid: int) -> set[str]:
    """The addresses, as /proc/net writes them, on which a process listens for TCP."""
    inodes = sockets_of(pid)
    found: set[str] = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for row in Path(table).read_text().splitlines()[1:]:
            words = row.split()
            if words[3] == LISTENING and words[9] in inodes:
                found.add(words[1].split(":")[0])
    return found


def sockets_of(pid: int) -> set[str]:
    """The inodes of a process's open sockets."""
    targets = [str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()]
    return {target[len("socket:[") : -1] for target in targets if target.startswith("socket:[")}


def user_of(pid: int) -> int:
    """The user id that a process runs as."""
    return Path(f"/proc/{pid}").stat().st_uid


def environment_of(pid: int) -> str:
    """The environment with which a process was started."""
    return Path(f"/proc/{pid}/environ").read_bytes().decode()
