"""Documents: sealed on the shelf, gone with a rollback or a key, sixty a day, and it is known who looked."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from audit.models import Act
from core.errors import NotFound
from core.files import Clean
from core.ids import new_id
from core.tests.lasting import lasting
from groups.models import BankingGroup
from members.models import IdentityDocument, Member
from members.operations import MemberInactive, leave, register, set_active
from members.operations.documents import (
    MOST_A_DAY,
    TooManyDocuments,
    keep_document,
    read_document,
    show_document,
)
from members.papers import document_by_id, document_of, documents_of, newest_documents
from members.tests.conftest import AT, LUCY, TODAY, Enrol
from members.tests.papers import PICTURE, names, shelf, uploaded
from users.models import DataKey, User

__all__ = ["shelf"]


@pytest.fixture
@lasting
def lucy(umoja: BankingGroup, enrol: Enrol) -> Member:
    return enrol(umoja, "Lucy Nyambura")


@pytest.fixture
@lasting
def peter(umoja: BankingGroup, enrol: Enrol) -> Member:
    return enrol(umoja, "Peter Kamau")


def test_her_card_is_kept_and_read_back(lucy: Member, ruth: User, shelf: Path) -> None:
    kept = document_by_id(uploaded(lucy, ruth).pk)
    assert read_document(kept) == PICTURE.data
    assert (kept.person, kept.kind, kept.media_type) == (lucy.person, "ID_FRONT", "image/jpeg")
    assert (kept.bytes, kept.pages, kept.uploaded_by, kept.uploaded_at) == (len(PICTURE.data), 1, ruth, AT)
    assert names(shelf) == [str(kept.pk)]


def test_the_file_on_the_shelf_says_nothing(lucy: Member, ruth: User, shelf: Path) -> None:
    kept = uploaded(lucy, ruth)
    sealed = (shelf / str(kept.pk)).read_bytes()
    assert len(sealed) == len(PICTURE.data) + 28
    assert b"JFIF" in PICTURE.data
    for sign in (b"JFIF", b"\xff\xd8\xff", PICTURE.data[200:216], b"Lucy", b"ID_FRONT"):
        assert sign not in sealed


def test_a_file_put_in_the_place_of_another_is_not_believed(lucy: Member, ruth: User, shelf: Path) -> None:
    front, back = uploaded(lucy, ruth), uploaded(lucy, ruth, "ID_BACK")
    (shelf / str(front.pk)).write_bytes((shelf / str(back.pk)).read_bytes())
    with pytest.raises(NotFound):
        read_document(front)
    assert read_document(back) == PICTURE.data


def test_a_lost_file_reads_as_gone(lucy: Member, ruth: User, shelf: Path) -> None:
    kept = uploaded(lucy, ruth)
    (shelf / str(kept.pk)).unlink()
    with pytest.raises(NotFound):
        read_document(kept)


def test_with_her_key_her_pictures_are_gone(lucy: Member, ruth: User, shelf: Path) -> None:
    kept = uploaded(lucy, ruth)
    DataKey.objects.filter(pk=lucy.person.data_key_id).update(wrapped=b"", destroyed_at=AT)
    with pytest.raises(NotFound):
        read_document(document_by_id(kept.pk))


@pytest.mark.django_db(transaction=True)
def test_a_file_stays_when_its_act_stands(lucy: Member, ruth: User, shelf: Path) -> None:
    with transaction.atomic():
        kept = uploaded(lucy, ruth)
        assert names(shelf) == [str(kept.pk)]
    assert names(shelf) == [str(kept.pk)]
    assert read_document(kept) == PICTURE.data


class SecondThoughts(Exception):
    pass


def kept_and_taken_back(shelf: Path, member: Member, by: User) -> None:
    """Somebody's larger act, of which the document is a part, fails at its end."""
    before = names(shelf)
    with transaction.atomic():
        uploaded(member, by, "ID_BACK")
        assert len(names(shelf)) == len(before) + 1
        raise SecondThoughts


@pytest.mark.django_db(transaction=True)
def test_a_file_goes_when_its_act_is_taken_back(lucy: Member, ruth: User, shelf: Path) -> None:
    with pytest.raises(SecondThoughts):
        kept_and_taken_back(shelf, lucy, ruth)
    with transaction.atomic():
        uploaded(lucy, ruth)
        transaction.set_rollback(True)
    assert names(shelf) == []
    assert documents_of(lucy.person).count() == 0


@pytest.mark.django_db(transaction=True)
def test_only_the_part_that_is_taken_back_loses_its_file(lucy: Member, ruth: User, shelf: Path) -> None:
    with transaction.atomic():
        front = uploaded(lucy, ruth)
        with pytest.raises(SecondThoughts):
            kept_and_taken_back(shelf, lucy, ruth)
        assert names(shelf) == [str(front.pk)]
    assert names(shelf) == [str(front.pk)]


@pytest.mark.django_db(transaction=True)
def test_a_row_that_cannot_be_written_leaves_no_file(lucy: Member, ruth: User, shelf: Path) -> None:
    with pytest.raises(Exception, match="document_media_type"):
        uploaded(lucy, ruth, clean=Clean("text/html", b"<p>"))
    assert names(shelf) == []


def test_a_full_disk_leaves_no_row(lucy: Member, ruth: User, shelf: Path) -> None:
    shelf.write_text("a file where the folder should be")
    with pytest.raises(OSError, match="documents"):
        uploaded(lucy, ruth)
    assert documents_of(lucy.person).count() == 0


def test_sixty_of_a_kind_in_a_day_are_enough(lucy: Member, peter: Member, ruth: User, shelf: Path) -> None:
    for _ in range(MOST_A_DAY):
        uploaded(lucy, ruth)
    with pytest.raises(TooManyDocuments) as refusal:
        uploaded(lucy, ruth)
    assert (refusal.value.code, refusal.value.status) == ("too_many_documents", 422)
    assert len(names(shelf)) == MOST_A_DAY
    uploaded(lucy, ruth, "PHOTO")
    uploaded(peter, ruth)
    tomorrow = AT + dt.timedelta(days=1)
    assert keep_document(member=lucy, kind="ID_FRONT", clean=PICTURE, by=ruth, at=tomorrow)


def test_nothing_is_kept_about_who_has_left(lucy: Member, ruth: User, joseph: User, shelf: Path) -> None:
    set_active(member=lucy, active=False, at=AT, by=joseph)
    assert uploaded(lucy, ruth)
    leave(member=lucy, on=TODAY, at=AT, by=joseph)
    with pytest.raises(MemberInactive) as refusal:
        uploaded(lucy, ruth, "PHOTO")
    assert (refusal.value.code, len(names(shelf))) == ("member_inactive", 1)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_phones_at_once_do_not_bring_one_too_many(lucy: Member, ruth: User, shelf: Path) -> None:
    for _ in range(MOST_A_DAY - 1):
        uploaded(lucy, ruth)
    outcomes = at_once(lambda: uploaded(lucy, ruth))
    assert sorted(outcomes) == ["IdentityDocument", "TooManyDocuments"]
    assert len(names(shelf)) == MOST_A_DAY


def at_once(act: Callable[[], object]) -> list[str]:
    """The same act by two threads at the same moment; what each got, by name."""
    outcomes: list[str] = []
    start = Barrier(2)

    def run() -> None:
        start.wait()
        try:
            outcomes.append(type(act()).__name__)
        except Exception as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_keeping_and_looking_leave_acts_without_content(lucy: Member, ruth: User, shelf: Path) -> None:
    kept = uploaded(lucy, ruth)
    assert show_document(member=lucy, document=kept, by=ruth, at=AT) == PICTURE.data
    brought, looked = Act.objects.filter(verb__startswith="member.document").order_by("id")
    assert (brought.verb, brought.actor_id, brought.subject_id) == ("member.document_kept", ruth.pk, lucy.pk)
    assert (brought.group_id, brought.organisation_id) == (lucy.group_id, lucy.group.organisation_id)
    assert brought.facts == {
        "document": str(kept.pk), "kind": "ID_FRONT", "media_type": "image/jpeg", "bytes": len(PICTURE.data),
    }  # fmt: skip
    assert (looked.verb, looked.actor_id, looked.subject_id) == ("member.document_read", ruth.pk, lucy.pk)
    assert looked.facts == {"document": str(kept.pk), "kind": "ID_FRONT"}


def test_looking_at_what_is_gone_leaves_no_act(lucy: Member, ruth: User, shelf: Path) -> None:
    kept = uploaded(lucy, ruth)
    (shelf / str(kept.pk)).unlink()
    with pytest.raises(NotFound):
        show_document(member=lucy, document=kept, by=ruth, at=AT)
    assert not Act.objects.filter(verb="member.document_read").exists()


def test_the_newest_of_each_kind_counts_and_older_ones_stay(
    lucy: Member, peter: Member, ruth: User, shelf: Path
) -> None:
    first, second, back = uploaded(lucy, ruth), uploaded(lucy, ruth), uploaded(lucy, ruth, "ID_BACK")
    uploaded(peter, ruth, "PHOTO")
    assert newest_documents(lucy.person) == {"ID_FRONT": second, "ID_BACK": back}
    assert list(documents_of(lucy.person)) == [back, second, first]


def test_a_document_of_another_person_is_not_found(lucy: Member, peter: Member, ruth: User, shelf: Path) -> None:
    hers = uploaded(lucy, ruth)
    assert document_of(lucy.person, hers.pk) == hers
    for person, wanted in ((peter.person, hers.pk), (lucy.person, new_id())):
        with pytest.raises(NotFound):
            document_of(person, wanted)


def test_papers_brought_at_registration_are_kept_with_her(umoja: BankingGroup, ruth: User, shelf: Path) -> None:
    papers = [("ID_FRONT", PICTURE), ("SIGNATURE", PICTURE)]
    member = register(group=umoja, particulars=LUCY, at=AT, on=TODAY, by=ruth, papers=papers)
    assert set(newest_documents(member.person)) == {"ID_FRONT", "SIGNATURE"}
    assert {document.uploaded_by for document in IdentityDocument.objects.all()} == {ruth}
    assert len(names(shelf)) == 2
