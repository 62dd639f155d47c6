"""Checks of the database."""

from functools import partial

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from cms.database import plain_url
from cms.diagnosis.checks import Check, Fault, Finding
from cms.migrations import applied_revisions, known_revisions, newest_revisions

VERSION_MIN = 15
EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")
CONNECT_CURE = "Check DATABASE_URL, and that PostgreSQL runs and lets this user in."


def examine_database(database_url: str) -> list[Finding]:
    """Everything about the database; only its first line if it does not answer."""
    answers = Check("database answers", partial(find_version, database_url), CONNECT_CURE).find()
    if answers.cure:
        return [answers]
    checks = [
        Check("text encoding", partial(find_encoding, database_url), CONNECT_CURE),
        Check("extensions", partial(find_extensions, database_url), CONNECT_CURE),
        Check("migrations", partial(find_revisions, database_url), "Run `cms migrate`."),
    ]
    findings = [answers, *(check.find() for check in checks)]
    if not findings[-1].cure:
        findings.append(Check("schedules", partial(find_schedules, database_url), CONNECT_CURE).find())
    return findings


def connect(database_url: str) -> psycopg.Connection[tuple[object, ...]]:
    """A connection for a few queries. Raises Fault for a URL that is none, without repeating it."""
    try:
        return psycopg.connect(plain_url(database_url), connect_timeout=5, autocommit=True)
    except (SQLAlchemyError, psycopg.ProgrammingError):
        raise Fault(
            "DATABASE_URL is not a URL", "Write it as postgresql://user:password@host:port/name."
        ) from None


def find_version(database_url: str) -> str:
    """The server's version. Raises Fault for one that is too old."""
    with connect(database_url) as connection:
        number = connection.info.server_version
    name = f"PostgreSQL {number // 10_000}.{number % 10_000}"
    if number // 10_000 < VERSION_MIN:
        raise Fault(name, f"Use PostgreSQL {VERSION_MIN} or newer.")
    return name


def find_encoding(database_url: str) -> str:
    """The encoding of the database. Raises Fault unless it is UTF8."""
    with connect(database_url) as connection:
        encoding = connection.info.parameter_status("server_encoding") or "unknown"
    if encoding != "UTF8":
        raise Fault(encoding, "Make the database anew with ENCODING 'UTF8' TEMPLATE template0.")
    return encoding


def find_extensions(database_url: str) -> str:
    """The extensions that are there. Raises Fault for those that are not installed and could not be."""
    query = "SELECT name FROM pg_available_extensions WHERE name = ANY(%s)"
    with connect(database_url) as connection:
        available = {str(name) for (name,) in connection.execute(query, [list(EXTENSIONS)])}
    if missing := [name for name in EXTENSIONS if name not in available]:
        raise Fault(
            f"{', '.join(missing)} missing",
            "Install PostgreSQL's contrib package, or switch them on at your provider.",
        )
    return ", ".join(EXTENSIONS)


def find_revisions(database_url: str) -> str:
    """Where the database's schema stands. Raises Fault unless that is where this version of Kiosque wants it."""
    applied, newest = applied_revisions(database_url), newest_revisions()
    if applied == newest:
        return f"at {', '.join(sorted(newest)) or 'their beginning'}"
    cure = (
        "Run `cms migrate`."
        if applied <= known_revisions()
        else "This database was used by a newer Kiosque: update Kiosque."
    )
    raise Fault(
        f"at {', '.join(sorted(applied)) or 'their beginning'}, not at {', '.join(sorted(newest))}", cure
    )


def find_schedules(database_url: str) -> str:
    """What is scheduled. Raises Fault for what is overdue or has failed."""
    query = """
        SELECT count(*) FILTER (WHERE state = 'PENDING'),
            count(*) FILTER (WHERE state = 'PENDING' AND due_at < now() - interval '1 minute'),
            count(*) FILTER (WHERE state = 'FAILED')
        FROM scheduled_step
    """
    with connect(database_url) as connection:
        pending, overdue, failed = connection.execute(query).fetchone() or (0, 0, 0)
    found = f"{pending} waiting, {overdue} overdue, {failed} failed"
    if overdue:
        raise Fault(found, "Start `cms worker`, and look into its log.")
    if failed:
        raise Fault(
            found, "Read why in `scheduledArticles(overdue: true)`, and schedule these articles again."
        )
    return found
