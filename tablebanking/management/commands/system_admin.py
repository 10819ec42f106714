"""The first system admin of a new installation: nobody is there yet who could invite her."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core.errors import Refusal
from core.periods import now
from core.phones import NotAPhone, normalise_phone
from groups.models import RoleName
from groups.operations import give_role
from users.models import DataKey, User, phone_digest
from users.operations.passwords import acceptable


class Command(BaseCommand):
    help = "Make somebody a system admin who signs in with this phone number; asks for the password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("phone")
        parser.add_argument("--stdin", action="store_true", help="read the password from standard input, one line")

    def handle(self, *args: Any, name: str, phone: str, stdin: bool, **options: Any) -> None:
        password = sys.stdin.readline().rstrip("\n") if stdin else getpass.getpass("Password: ")
        try:
            acceptable(password, field="password")
            digest = phone_digest(phone)
        except NotAPhone as error:
            raise CommandError("Write a Kenyan mobile number, such as 0712345678.") from error
        except Refusal as refusal:
            raise CommandError(str(refusal.detail)) from refusal
        if User.objects.filter(phone_digest=digest).exists():
            raise CommandError("Somebody signs in with this number already.")
        self._make(name, phone, digest, password)
        self.stdout.write(f"{name} is system admin and signs in with {phone}.")

    @transaction.atomic
    def _make(self, name: str, phone: str, digest: str, password: str) -> None:
        user = User(name=name, data_key=DataKey.make(), phone_digest=digest)
        user.phone = normalise_phone(phone)
        user.set_password(password)
        user.save(force_insert=True)
        give_role(user=user, role=RoleName.SYSTEM_ADMIN, at=now(), by=None)
