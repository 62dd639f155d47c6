"""`cms doctor`: try everything that Kiosque stands on, and say what to mend."""

from rich.table import Table

from cms.commands.console import CommandError, out
from cms.commands.options import DataDir, database_url_of, settings_of
from cms.diagnosis.agreement import examine_agreement
from cms.diagnosis.bucket import examine_bucket
from cms.diagnosis.checks import Finding
from cms.diagnosis.database import examine_database
from cms.diagnosis.extras import examine_extras


def doctor(data_dir: DataDir = None) -> None:
    """Check the database, its migrations, the bucket, and that they agree. The exit code is 1 if something is to be mended."""
    with settings_of(data_dir) as settings:
        findings = [*examine_database(database_url_of(settings)), *examine_bucket(settings)]
        findings += examine_extras(settings)
        if not any(finding.cure for finding in findings):
            findings += examine_agreement(settings, database_url_of(settings))
    out.print(table_of(findings))
    if bad := [finding for finding in findings if finding.cure]:
        subject = "One thing is" if len(bad) == 1 else f"{len(bad)} things are"
        raise CommandError(f"{subject} to be mended.", "The table says how.", exit_code=1)


def table_of(findings: list[Finding]) -> Table:
    """The findings, one line each, with the cure where one is needed."""
    table = Table("", "What", "Found", "To mend it", box=None, pad_edge=False)
    for finding in findings:
        mark = "[red]✗[/red]" if finding.cure else "[green]ok[/green]"
        table.add_row(mark, finding.subject, finding.found, finding.cure)
    return table
