"""Where this office runs and on what: read once from the environment, before anything else.

Every setting is listed in ``docs/office.md``; a test says when one is not.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from psycopg.conninfo import conninfo_to_dict

from familycard.errors import UsageError

SECRET_BYTES = 32
YES, NO = ("1", "yes", "true"), ("", "0", "no", "false")


@dataclass(frozen=True)
class Oidc:
    """The state's own service at which citizens prove who they are (OpenID Connect)."""

    issuer: str
    client: str
    secret: str
    name: str
    claim: str
    """What of its answer holds the person's number in the registers."""

    def providers(self) -> dict[str, object]:
        """Django-allauth's setting."""
        app = {"provider_id": "state", "name": self.name, "client_id": self.client, "secret": self.secret}
        settings = {"server_url": self.issuer}
        # Only the number is asked for where the service gives it without more.
        return {
            "openid_connect": {
                "OAUTH_PKCE_ENABLED": True,
                "SCOPE": ["openid"],
                "APPS": [{**app, "settings": settings}],
            }
        }


@dataclass(frozen=True)
class Deployment:
    """The settings of one installation.

    `folder` holds what the office writes: its SQLite database, its secret, the seal of its access log.
    `snapshots` is the folder whose link ``current`` names the published snapshot. `store` is that of all loads and
    `review` the file of rows that wait to be linked: stewards' pages say plainly where these are not set.
    """

    folder: Path
    snapshots: Path
    secret: bytes
    database: str = ""
    hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    is_made_up: bool = False
    is_https: bool = True
    proxies: int = 0
    oidc: Oidc | None = None
    store: Path | None = None
    review: Path | None = None

    def key(self, purpose: str) -> bytes:
        """A key of 32 bytes for one purpose, derived from the secret (HKDF, RFC 5869)."""
        return HKDF(SHA256(), SECRET_BYTES, salt=None, info=b"familycard office\0" + purpose.encode()).derive(
            self.secret
        )

    def databases(self) -> dict[str, dict[str, object]]:
        """Django's setting: PostgreSQL where a connection string is given, else SQLite in the folder.

        SQLite writes ahead and waits for the disk, so that a record of the access log that was
        written is there after a power cut; each transaction takes the write lock at its beginning,
        else two that read first and write later would refuse each other.
        """
        if self.database:
            given = conninfo_to_dict(self.database)
            names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
            found = {ours: given[theirs] for ours, theirs in names.items() if given.get(theirs)}
            engine = "django.db.backends.postgresql"
            return {"default": {"ENGINE": engine, **found, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}}
        options = {
            "transaction_mode": "IMMEDIATE",
            "init_command": "pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 10000;",
        }
        sqlite = {"ENGINE": "django.db.backends.sqlite3", "NAME": self.folder / "office.sqlite3"}
        # A thread keeps its connection: to open one and to settle it costs as much as all that a page asks of it.
        return {"default": {**sqlite, "OPTIONS": options, "CONN_MAX_AGE": None}}


def deployment(environment: Mapping[str, str] = os.environ) -> Deployment:
    """The installation that the environment describes; UsageError for a setting that makes no sense."""
    folder = Path(environment.get("FAMILYCARD_OFFICE", "var/office")).absolute()
    hosts = environment.get("FAMILYCARD_HOSTS", "")
    return Deployment(
        folder=folder,
        snapshots=Path(environment.get("FAMILYCARD_SNAPSHOTS", "var/snapshots")).absolute(),
        secret=_secret(folder),
        database=environment.get("FAMILYCARD_DATABASE", ""),
        hosts=tuple(hosts.split(",")) if hosts else Deployment.hosts,
        is_made_up=_yes(environment, "FAMILYCARD_MADE_UP", default="no"),
        is_https=_yes(environment, "FAMILYCARD_HTTPS", default="yes"),
        proxies=_number(environment, "FAMILYCARD_PROXIES"),
        oidc=_oidc(environment),
        store=_path(environment, "FAMILYCARD_STORE"),
        review=_path(environment, "FAMILYCARD_REVIEW"),
    )


def _oidc(environment: Mapping[str, str]) -> Oidc | None:
    """The service at which citizens sign in; None where there is none. Half a service is a mistake."""
    said = {name: environment.get(f"FAMILYCARD_OIDC_{name.upper()}", "") for name in Oidc.__annotations__}
    if not any(said.values()):
        return None
    missing = ", ".join(f"FAMILYCARD_OIDC_{name.upper()}" for name, value in said.items() if not value)
    if missing:
        raise UsageError(f"Signing in through a service needs {missing} as well; see docs/office.md.")
    return Oidc(**said)


def _secret(folder: Path) -> bytes:
    """The installation's secret: made on the first start, readable by its owner alone."""
    file = folder / "secret"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = file.with_name(f"secret.{os.getpid()}")
        made.touch(mode=0o600)
        made.write_bytes(secrets.token_bytes(SECRET_BYTES))
        try:
            os.link(made, file)
        except FileExistsError:
            pass
        finally:
            made.unlink()
    secret = file.read_bytes()
    if len(secret) < SECRET_BYTES:
        raise UsageError(f"{file} is too short for a secret; restore it from your backup.")
    return secret


def _yes(environment: Mapping[str, str], name: str, default: str) -> bool:
    given = environment.get(name, default).strip().lower()
    if given not in (*YES, *NO):
        raise UsageError(f"{name}={given} says neither yes nor no; write `yes` or `no`.")
    return given in YES


def _path(environment: Mapping[str, str], name: str) -> Path | None:
    given = environment.get(name, "")
    return Path(given).absolute() if given else None


def _number(environment: Mapping[str, str], name: str) -> int:
    given = environment.get(name, "0")
    if not given.isdecimal():
        raise UsageError(f"{name}={given} is no number; write how many proxies stand before the office.")
    return int(given)
