"""The command line's front door: the groups, and the one place where errors become exit codes."""

from __future__ import annotations

import os
import sys

import click

from tierline import __version__, settings
from tierline.cli.lazy_group import LazyGroup
from tierline.cli.printable import printable
from tierline.kernel.errors import TierlineError

FAILED = 1
"""A check found something: lint findings, failed vectors, a receipt that does not verify."""
WRONG_INPUT = 2
"""The command could not be done with what it was given."""
OUR_FAULT = 70
"""A fault of ours (the customary code for an internal error)."""

_COMMANDS = {
    "demo": ("tierline.cli.demo:demo", "Replay the sample year and open the report."),
    "catalog": ("tierline.cli.catalog:catalog", "Write, check, compare and publish tiers."),
    "replay": ("tierline.cli.replay:replay", "Judge a log of cases against a catalog."),
    "serve": ("tierline.cli.serve:serve", "Serve the pages and the API."),
    "check": ("tierline.cli.check:check", "May this account do this now, and why?"),
    "receipt": ("tierline.cli.receipt:receipt", "Verify a receipt without log or server."),
    "bundle": ("tierline.cli.bundle:bundle", "Signed evidence: write it, and verify it offline."),
    "accounts": ("tierline.cli.accounts:accounts", "Import accounts, contacts and contracts."),
    "contract": ("tierline.cli.contract:contract", "Service schedules, and what differs."),
    "choice-pack": (
        "tierline.cli.choice_pack:choice_pack",
        "Plans side by side, with what they cost.",
    ),
    "agent": ("tierline.cli.agent:agent", "Who works on cases, and with what skills."),
    "case": ("tierline.cli.case:case", "Raise cases, and see what is due."),
    "import": ("tierline.cli.imports:imports", "Import cases of another desk."),
    "article": ("tierline.cli.article:article", "Write, publish and read articles."),
    "post-mortem": (
        "tierline.cli.post_mortem:post_mortem",
        "Who owes a post-mortem; write and publish it.",
    ),
    "search": ("tierline.cli.search:search", "Find cases and articles by their words."),
    "status": ("tierline.cli.status:status", "Show the status page, and write it as files."),
    "performance": (
        "tierline.cli.performance:performance",
        "Publish how promises are kept, month by month.",
    ),
    "incident": ("tierline.cli.incident:incident", "Declare incidents, and publish updates."),
    "problem": ("tierline.cli.problem:problem", "What causes several cases, and telling them all."),
    "routing": ("tierline.cli.routing:routing", "Who answers what, and who is called when."),
    "playbook": (
        "tierline.cli.playbook:playbook",
        "Playbooks and scripts, and a case worked by them.",
    ),
    "care": ("tierline.cli.care:care", "Dated promises: what is due, and what was done."),
    "advice": (
        "tierline.cli.advice:advice",
        "Risks, what we recommend, what was decided and came of it.",
    ),
    "health-report": (
        "tierline.cli.health_report:health_report",
        "How promises were kept, period by period.",
    ),
    "identity": ("tierline.cli.identity:identity", "Find doubles of accounts; merge and split."),
    "usage": ("tierline.cli.usage:usage", "Send usage from files."),
    "person": ("tierline.cli.person:person", "Tell, or erase, what is kept about a person."),
    "user": ("tierline.cli.user:user", "Invite, list and disable users."),
    "token": ("tierline.cli.token:token", "Make, list and revoke tokens."),
    "sample": ("tierline.cli.sample:sample", "Make the sample company, and verify it."),
    "webhook": ("tierline.cli.webhook:webhook", "Have other programs told what happens."),
    "mail": ("tierline.cli.mail:mail", "Read a mail as the desk reads it, and see why."),
    "store": ("tierline.cli.store:store", "Copy, back up, restore and check the database."),
    "worker": ("tierline.cli.worker:worker", "Do due work beside other processes (PostgreSQL)."),
    "audit": ("tierline.cli.audit:audit", "Verify the journal of facts, and print its head."),
    "conformance": (
        "tierline.cli.conformance:conformance",
        "Run a file of business-time vectors through this program.",
    ),
}


@click.group(
    cls=LazyGroup,
    commands_at=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="tierline")
def tierline() -> None:
    """The system of promise: tiers written once, kept, measured and proved."""


def main() -> None:
    """Run the command line; every error of ours is a sentence and an exit code, never a trace."""
    try:
        exit_code = tierline.main(standalone_mode=False)
    except click.exceptions.Exit as exit_:
        sys.exit(exit_.exit_code)
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(WRONG_INPUT)
    except BrokenPipeError:
        # The reader (head, less) went away; what it wanted it has.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except TierlineError as error:
        show_error(error)
        sys.exit(WRONG_INPUT)
    except Exception as error:
        if settings.shows_traces():
            raise
        click.echo(
            f"tierline: this should not have happened ({type(error).__name__}: {error}). Run it "
            "again with TIERLINE_DEBUG=1 to see where, and report what it prints.",
            err=True,
        )
        sys.exit(OUR_FAULT)
    # Outside its standalone mode click returns the code of `ctx.exit` instead of raising it.
    sys.exit(exit_code if isinstance(exit_code, int) else 0)


def show_error(error: TierlineError) -> None:
    """The sentence, then every fault on a line of its own, on standard error."""
    click.echo(f"tierline: {printable(error.message)}", err=True)
    for fault in getattr(error, "faults", ()):
        click.echo(f"  {printable(str(fault))}", err=True)
