"""The commands: the one place where the concrete parts are chosen and joined."""

import typer

from bot.settings import SettingsError, read_settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def _main() -> None:
    """A clinic's Telegram bot that answers from a reviewed document."""


@app.command()
def run() -> None:
    """Serve patients on Telegram until stopped."""
    # Imported here: the other commands do without python-telegram-bot, and start faster.
    from bot.core.dialogue import Dialogue
    from bot.knowledge_files import load
    from bot.telegram import application

    try:
        settings = read_settings()
        _ = settings.token
    except SettingsError as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None
    knowledge = load(settings.knowledge_dir)
    messages, clinic = knowledge.messages, knowledge.clinic
    profile = application.Profile(
        commands=tuple(
            (name, getattr(messages, f"command_{name}"))
            for name in ("start", "help", "topics", "sources", "privacy")
        ),
        description=messages.bot_description,
        short_description=messages.bot_short_description,
    )
    places = {
        "clinic": clinic.name,
        "phone": clinic.phone or "",
        "emergency": clinic.emergency_number or "",
        "hours": clinic.hours or "",
        "crisis": getattr(clinic, "crisis_number", None) or "",
    }
    notices = application.Notices(late=messages.late, failure=messages.error.format_map(places))
    raise typer.Exit(application.run(settings, Dialogue(knowledge), profile, notices))
