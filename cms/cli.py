"""The command `cms`."""

import sys
from importlib import import_module

import typer

from cms.commands.console import run

# Each has a function of its own name, or an `app` with commands below it.
COMMANDS = (
    "up",
    "serve",
    "worker",
    "migrate",
    "bucket",
    "token",
    "user",
    "audit",
    "assets",
    "import",
    "schema",
    "doctor",
)
# “import” is a word of Python itself, so its module is called otherwise.
MODULE_NAMES = {"import": "importing"}


def main() -> None:
    """Run the command line."""
    named = [word for word in sys.argv[1:2] if word in COMMANDS]
    run(make_app(*named or COMMANDS))


def make_app(*names: str) -> typer.Typer:
    """The command line with these commands: no more than are asked for, because each takes its time to load."""
    app = typer.Typer(name="cms", no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)
    app.callback()(describe)
    for name in names:
        module = import_module(f"cms.commands.{MODULE_NAMES.get(name, name)}")
        if isinstance(found := getattr(module, "app", None), typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name)(getattr(module, name))
    return app


def describe() -> None:
    """Kiosque, a headless CMS for publishers."""


if __name__ == "__main__":
    main()
