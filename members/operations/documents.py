"""Papers that show who somebody is: kept sealed under her key, read back only by those who may.

A file is written before its row commits, so that no row is without its file. It goes when the transaction rolls back. A
process killed between the two leaves a sealed file that no row names: nobody can find it, and `forget_stray_files`
deletes it when it has lain for a day.
"""

import datetime as dt
import io
import logging

from cryptography.exceptions import InvalidTag
from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.encryption import KeyDestroyed
from core.errors import NotFound, Refusal
from core.files import Clean
from core.ids import new_id
from members.models import IdentityDocument, Member
from members.operations.acts import record_act
from members.operations.locks import locked_member
from members.operations.refusals import MemberInactive
from users.models import User

MOST_A_DAY = 60
_logger = logging.getLogger(__name__)


class TooManyDocuments(Refusal):
    code = "too_many_documents"
    detail = _("Sixty pictures of this kind were kept for her in one day. Use one of them, or send another tomorrow.")


@transaction.atomic
def keep_document(*, member: Member, kind: str, clean: Clean, by: User, at: dt.datetime) -> IdentityDocument:
    """A clean picture or paper about a member becomes the newest of its kind; older ones stay.

    Refused: who has left the group (`member_inactive`), more than sixty of one kind for one person within a day
    (`too_many_documents`).
    """
    hers = locked_member(member)
    if hers.left_on is not None:
        raise MemberInactive
    person = hers.person
    day = IdentityDocument.objects.filter(person=person, kind=kind, uploaded_at__gt=at - dt.timedelta(days=1))
    if day.count() >= MOST_A_DAY:
        raise TooManyDocuments
    document = IdentityDocument(
        id=new_id(),
        person=person,
        data_key=person.data_key,
        kind=kind,
        media_type=clean.media_type,
        bytes=len(clean.data),
        pages=clean.pages,
        uploaded_by=by,
        uploaded_at=at,
    )
    _write(document, clean.data)
    document.save(force_insert=True)
    facts = {"document": document.pk, "kind": kind, "media_type": clean.media_type, "bytes": len(clean.data)}
    record_act("member.document_kept", hers, at, by, **facts)
    return document


def read_document(document: IdentityDocument) -> bytes:
    """What was kept. `not_found` once her key is destroyed, or where the file is gone or is not the one we wrote."""
    try:
        with _storage().open(str(document.pk)) as file:
            return document.data_key.open_file(file.read(), _context(document))
    except (KeyDestroyed, FileNotFoundError) as error:
        raise NotFound from error
    except InvalidTag as error:
        _logger.error("document %s does not open with its key", document.pk)
        raise NotFound from error


def show_document(*, member: Member, document: IdentityDocument, by: User, at: dt.datetime) -> bytes:
    """What was kept, and an act that says who looked at whose picture. Refused as `read_document` refuses."""
    data = read_document(document)
    record_act("member.document_read", member, at, by, document=document.pk, kind=document.kind)
    return data


def _storage() -> Storage:
    return storages["documents"]


def _context(document: IdentityDocument) -> str:
    return f"{document._meta.label}.file.{document.pk}"


def _write(document: IdentityDocument, data: bytes) -> None:
    storage, name = _storage(), str(document.pk)
    sealed = document.data_key.seal_file(data, _context(document))
    transaction.on_commit(_FileUntilCommit(storage, name))
    storage.save(name, File(io.BytesIO(sealed)))


class _FileUntilCommit:
    """Deletes the file unless its transaction commits.

    Django forgets what waits for a commit as soon as it rolls back, a savepoint too; with the last reference to this
    object goes the file. So whoever keeps a document inside a larger act need not know that there is a file.
    """

    def __init__(self, storage: Storage, name: str) -> None:
        self.storage = storage
        self.name = name
        self.committed = False

    def __call__(self) -> None:
        self.committed = True

    def __del__(self) -> None:
        if not self.committed:
            try:
                self.storage.delete(self.name)
            except OSError:
                _logger.exception("document %s was not kept, and its file could not be removed", self.name)
