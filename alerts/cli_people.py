"""Commands about people: who may sign in, as what, and what to do when somebody cannot."""

from typing import Annotated

import typer

from alerts.cli_site import VAR, Name, Var, tools_here
from alerts.domain.actor import Person, Role
from alerts.pathway import administer, admit

person = typer.Typer(name="person", no_args_is_help=True, help="The people who may sign in.")


@person.command("add")
def add_person(
    name: Name,
    display_name: Annotated[str, typer.Option(help="as others see it")],
    email: Annotated[str, typer.Option(help="their mail address")],
    role: Annotated[Role, typer.Option(help="what they are here")] = Role.ONCOLOGIST,
    var: Var = VAR,
) -> None:
    """Let a person sign in; the password is printed, this once."""
    typer.echo(admit.add_person(name, display_name, email, role, tools_here(var)))


@person.command("list")
def list_people(var: Var = VAR) -> None:
    """Show everybody: name, role, how they sign in, and whether they may."""
    for each in administer.people(tools_here(var)):
        typer.echo(f"{each.name}\t{each.role}\t{_signs_in(each)}\t{each.display_name}")


@person.command("disable")
def disable(name: Name, var: Var = VAR) -> None:
    """Let somebody sign in no more; open sessions end at once."""
    administer.disable(name, tools_here(var))


@person.command("enable")
def enable(name: Name, var: Var = VAR) -> None:
    """Let somebody sign in again."""
    administer.enable(name, tools_here(var))


@person.command("role")
def set_role(
    name: Name,
    role: Annotated[Role, typer.Argument(help="what they are here from now on")],
    var: Var = VAR,
) -> None:
    """Give somebody another role; open sessions end."""
    administer.set_role(name, role, tools_here(var))


@person.command("reset-password")
def reset_password(name: Name, var: Var = VAR) -> None:
    """Give somebody a new password; it is printed, this once."""
    typer.echo(administer.reset_password(name, tools_here(var)))


@person.command("reset-totp")
def reset_second_step(name: Name, var: Var = VAR) -> None:
    """Ask somebody for no code any more: the telephone is lost."""
    administer.reset_second_step(name, tools_here(var))


def _signs_in(each: Person) -> str:
    if each.disabled_at:
        return "disabled"
    if each.issuer:
        return "hospital account"
    return "password and code" if each.has_second_step() else "password"
