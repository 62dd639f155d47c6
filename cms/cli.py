"""The command `cms`."""

import typer

from cms.commands.console import run
from cms.commands.doctor import doctor
from cms.commands.importing import imports
from cms.commands.migrate import migrate
from cms.commands.serve import serve
from cms.commands.token import tokens
from cms.commands.up import up

app = typer.Typer(
    name="cms",
    help="Kiosque, a headless CMS for publishers.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for command in (up, serve, migrate, doctor):
    app.command()(command)
app.add_typer(tokens)
app.add_typer(imports)


def main() -> None:
    """Run the command line."""
    run(app)


if __name__ == "__main__":
    main()
