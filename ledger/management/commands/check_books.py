"""`manage.py check_books`: prove the books of every group, or write one group's journal out for an auditor."""

from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.money import ZERO, shown
from groups.models import BankingGroup
from ledger.verify import blocks, check_books, told

# For awk: any awk will do, and sha256sum from coreutils. Printed in the help and in docs/the-books.md.
AUDIT_SCRIPT = r"""
function say(what) { print "entry " n ": " what; wrong = 1 }
BEGIN   { head = sprintf("%064d", 0) }
/^tb1 / { n++; if ($2 != n) say("number"); if ($4 != head) say("link"); text = ""; row = 0; sum = 0 }
/^= /   { printf "%s", text > part; close(part)
          run = "sha256sum < " part; run | getline answer; close(run); split(answer, word, " ")
          if (word[1] != $2) say("hash"); if (sum != 0) say("sum"); head = $2; next }
        { text = text $0 "\n"; row++; if (row > 2) sum += $5 }
END     { print n + 0 " entries, head " head; exit wrong }
""".strip()


class Command(BaseCommand):
    help = (
        "Recomputes every invariant of the books and exits 1 on any difference.\n\n"
        "With --export FILE --group CODE it writes the canonical text of the group's journal instead, each entry\n"
        'followed by "= <hash>". Numbers, links, sums and hashes can then be checked without any program of ours:\n'
        "save the lines below as audit.awk and run  awk -v part=/tmp/part -f audit.awk FILE\n\n" + AUDIT_SCRIPT
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--group", metavar="CODE", help="only the group with this code")
        parser.add_argument("--export", metavar="FILE", type=Path, help="write the group's journal to this file")

    def handle(self, *args: Any, group: str | None, export: Path | None, **options: Any) -> None:
        groups = BankingGroup.objects.order_by("group_code")
        if group is not None:
            groups = groups.filter(group_code=group)
            if not groups:
                raise CommandError(f"No group has the code {group}.")
        if export is not None:
            if group is None:
                raise CommandError("An export is of one group: name it with --group CODE.")
            self._export(groups[0], export)
            return
        wrong = [each.group_code for each in groups.iterator() if not self._is_proved(each)]
        if wrong:
            raise CommandError(f"The books do not hold: {', '.join(wrong)}.", returncode=1)

    def _is_proved(self, group: BankingGroup) -> bool:
        found = check_books(group)
        total = sum((abs(difference.amount) for difference in found), ZERO)
        verdict = f"{len(found)} differences, " if found else ""
        self.stdout.write(f"{group.group_code}  {group.name}  {verdict}difference {shown(total)}")
        for difference in found:
            self.stdout.write(f"  {told(difference)}")
        return not found

    def _export(self, group: BankingGroup, path: Path) -> None:
        count = 0
        with path.open("w", encoding="utf-8", newline="\n") as file:
            for block in blocks(group):
                file.write(f"{block.text}= {block.hash}\n")
                count += 1
        self.stdout.write(f"{group.group_code}  {count} entries written to {path}")
