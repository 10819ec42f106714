"""Kept secret: the real program with a server and a worker of its own; then everything it wrote is searched.

What identifies a person stands nowhere in clear: not in the database's files, the documents, the queue or the logs.
"""

import base64
import contextlib
import io
import json
import os
import re
import sqlite3
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import run
from PIL import Image

from core.periods import business_day, now
from tablebanking import demo
from tests.conftest import PHONES
from tests.journeys.a_house import Caller, House, found_in, free_port, in_bytes, slices, wait_until

pytestmark = pytest.mark.server

# As `dev`, but everything it writes lies in a folder of this test.
SETTINGS = """
from pathlib import Path
from tablebanking.settings.dev import *

VAR_DIR = Path({folder!r})
folders = {{name: str(VAR_DIR / name) for name in ("queue", "queue-done", "queue-control")}}
CELERY_BROKER_TRANSPORT_OPTIONS = {{
    "data_folder_in": folders["queue"], "data_folder_out": folders["queue"],
    "processed_folder": folders["queue-done"], "control_folder": folders["queue-control"],
    "store_processed": True,
}}
"""
# Enough turns to get past what the demo world has to say.
ENQUEUE = "from notifications.tasks import send_waiting; [send_waiting.delay() for _ in range(15)]"
NAME, ID_NUMBER, BORN = "Zawadi Kanari", "87654309", "1947-03-29"
PHONE, PASSWORD, SECOND_PASSWORD = "0798765401", "kanari-njano-77", "kanari-buluu-78"
REASON = "Kwa sababu ya mgonjwa nyumbani"
# What is written about loans, by whoever asks, says yes or no, or gives one up for lost.
WORDS = {
    "purpose of a loan": "Karo ya mtoto wa kanari",
    "note of an approver": "Shemeji wa kanari atasaidia",
    "reason of a no": "Anadaiwa na duka la kanari",
    "reason of a write-off": "Kanari aliibiwa mali yote",
}
# What is written at a meeting.
MINUTES = {
    "reason of a fine": "Kanari alitukana mwenyekiti",
    "reason of a waiver": "Kanari aliomba radhi mbele ya wote",
    "explanation of a count": "Kanari alipewa chenji mara mbili",
    "notes of a meeting": "Kanari ataleta mbao za ghala",
}
KIN = {
    "name": "Nyamvula Kibwana",
    "relationship": "shangazi",
    "phone": "0787654302",
    "id_number": "76543208",
}
# In every spelling that a program might have chosen; digits that belong to no demo person.
SECRETS = {
    "ID number": [ID_NUMBER, "87 654 309", "87-654-309"],
    "day of birth": [BORN, "29 March 1947", "29/03/1947", "29 Machi 1947", "1947, 3, 29"],
    "phone": ["798765401", "0798 765 401", "798 765 401"],
    "name of the kin": [KIN["name"], "Nyamvula"],
    "relationship of the kin": ["shangazi"],
    "phone of the kin": ["787654302"],
    "ID number of the kin": [KIN["id_number"]],
    "password": [PASSWORD, SECOND_PASSWORD],
    "reason": [REASON],
    **{what: [words] for what, words in (WORDS | MINUTES).items()},
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("secret")
    for name in ("settings", "queue", "queue-done", "queue-control", "documents", "tmp"):
        (folder / name).mkdir()
    (folder / "settings" / "settings_of_this_house.py").write_text(SETTINGS.format(folder=str(folder)))
    house = House(folder, free_port())
    try:
        house.manage("prepare", "--demo")
        house.serve()
        yield house
    finally:
        house.stop()


def picture() -> bytes:
    """Noise that no compression makes shorter, with a word behind the last byte of the picture."""
    held = io.BytesIO()
    Image.frombytes("RGB", (160, 120), os.urandom(160 * 120 * 3)).save(held, "JPEG", comment=b"kanari-in-the-comment")
    return held.getvalue() + b"kanari-after-the-end"


def data_url(content: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(content).decode()}"


def multipart(content: bytes) -> tuple[bytes, str]:
    edge = "----kanari"
    head = f'--{edge}\r\nContent-Disposition: form-data; name="kind"\r\n\r\nID_BACK\r\n'
    file = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{ID_NUMBER}.jpg"\r\n'
    body = (head + file + "Content-Type: image/jpeg\r\n\r\n").encode() + content + f"\r\n--{edge}--\r\n".encode()
    return body, f"multipart/form-data; boundary={edge}"


# The story


@dataclass
class Story:
    """What was done, and the secrets that only came about while it was."""

    member_id: str = ""
    group_id: str = ""
    sent: bytes = b""
    kept: bytes = b""
    codes: list[str] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    loans: dict[str, str] = field(default_factory=dict)
    minutes: str = ""

    @property
    def secrets(self) -> dict[str, list[bytes]]:
        pictures = {"picture sent": [*slices(self.sent), b"kanari-in-the-comment", b"kanari-after-the-end"]}
        return in_bytes(SECRETS | {"code": self.codes}) | pictures | {"picture kept": slices(self.kept)}


def somebody(group_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "group_id": group_id,
        "member_name": NAME,
        "id_number": ID_NUMBER,
        "phone": PHONE,
        "date_of_birth": BORN,
        "next_of_kin": [KIN],
        **changes,
    }


def registered(house: House, story: Story) -> None:
    joseph, mary = Caller(house).sign_in(PHONES["joseph"]), Caller(house).sign_in(PHONES["mary"])
    groups = joseph.told("GET", "/api/groups?search=Umoja")["results"]
    story.group_id, story.sent = groups[0]["id"], picture()
    body = somebody(story.group_id, id_photo=data_url(story.sent), offline_sync_id=f"{ID_NUMBER}-1")
    made = joseph.told("POST", "/api/members", body)
    story.member_id = made["id"]
    joseph.told("POST", f"/api/members/{made['id']}/documents", *multipart(story.sent))
    mary.told("POST", f"/api/members/{made['id']}/verify-id", {"method": "DOCUMENT"})
    status, story.kept = mary.ask("GET", mary.told("GET", f"/api/members/{made['id']}")["id_document_url"])
    assert (status, story.kept[:2]) == (200, b"\xff\xd8")


def refused_in_many_ways(house: House, story: Story) -> None:
    """Refusals that could repeat what was sent, into a log or a row."""
    joseph, nobody = Caller(house).sign_in(PHONES["joseph"]), Caller(house)
    people, broken = "/api/members", somebody(story.group_id, date_of_birth=f"{BORN}T00", id_photo="kanari")
    asked: dict[str, tuple[Caller, str, str, Any]] = {
        "taken": (joseph, "POST", people, somebody(story.group_id, phone="0798765402")),
        "invalid": (joseph, "POST", people, broken),
        "unknown field": (joseph, "POST", people, somebody(story.group_id, **{ID_NUMBER: KIN["name"]})),
        "not JSON": (joseph, "POST", people, json.dumps(somebody(story.group_id)).encode()[:-1]),
        "wrong password": (nobody, "POST", "/api/auth/login", {"phone": PHONE, "password": PASSWORD + "x"}),
        "wrong code": (
            nobody,
            "POST",
            "/api/auth/activate",
            {"phone": PHONE, "code": "00000000", "password": PASSWORD},
        ),
        "reset": (nobody, "POST", "/api/auth/reset", {"phone": PHONE}),
        "anonymous": (nobody, "POST", people, somebody(story.group_id)),
        "no such path": (joseph, "POST", "/api/nothing", somebody(story.group_id)),
    }
    for what, (who, method, path, body) in asked.items():
        story.statuses[what] = who.ask(method, path, body)[0]
    story.statuses["page"] = by_the_page(house, story)


def by_the_page(house: House, story: Story) -> int:
    """The form of the staff pages, sent with an unreadable day."""
    jar = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    base = f"http://127.0.0.1:{house.port}"

    def post(path: str, fields: dict[str, str]) -> Any:
        browser.open(base + path, timeout=60).read()
        token = next(cookie.value for cookie in jar if cookie.name == "csrftoken")
        data = urlencode(fields | {"csrfmiddlewaretoken": str(token)}).encode()
        return browser.open(base + path, data, timeout=60)

    post("/sign-in/", {"username": PHONES["mary"], "phone": PHONES["mary"], "password": demo.PASSWORD}).read()
    typed = {
        "member_name": NAME,
        "id_number": ID_NUMBER,
        "phone": PHONE,
        "date_of_birth": "kanari",
        "offline_sync_id": "1",
    }
    try:
        return int(post(f"/groups/{story.group_id}/members/register/", typed).status)
    except urllib.error.HTTPError as refused:
        return refused.code


def signs_in_herself(house: House, story: Story) -> None:
    """Invited; the worker sends; she chooses a password, forgets it, chooses another, and reads her statement."""
    ruth, own = Caller(house).sign_in(PHONES["ruth"]), Caller(house)
    assert ruth.ask("POST", f"/api/members/{story.member_id}/invite", {})[0] == 202
    house.manage("shell", "-c", ENQUEUE)
    assert house.queued(), "nothing waits in the queue"
    assert found_in(house.folder / "queue", story.secrets) == []
    worker = house.start(
        "worker", [word for word in run.worker_command() if word != "-B" and "--scheduler" not in word]
    )
    story.codes.append(code_sent(house, 1))
    told = {"phone": PHONE, "code": story.codes[0], "password": PASSWORD}
    assert own.ask("POST", "/api/auth/activate", told)[0] in {200, 204}
    own.ask("POST", "/api/auth/reset", {"phone": PHONE})
    house.manage("shell", "-c", ENQUEUE)
    story.codes.append(code_sent(house, 2))
    told = {"phone": f"+254 {PHONE[1:]}", "code": story.codes[1], "password": SECOND_PASSWORD}
    assert own.ask("POST", "/api/auth/activate", told)[0] in {200, 204}
    own.sign_in(PHONE, SECOND_PASSWORD)
    assert own.ask("GET", f"/api/members/{story.member_id}/statement")[0] == 200
    assert worker.poll() is None


def code_sent(house: House, number: int) -> str:
    """The newest letter to her; letters are named by ids, which grow with time."""
    phone = "254" + PHONE[1:]
    wait_until(lambda: len(house.outbox(phone)) >= number, "the worker to send the code")
    found = re.search(r"\b[0-9A-Z]{8}\b", house.outbox(phone)[-1])
    assert found
    return found.group()


def lends_and_gives_up(house: House, story: Story) -> None:
    """Peter asks and Joseph says yes; Mary says no to Naomi, and gives up what Beatrice owes; their words are kept."""
    peter, joseph, mary = (Caller(house).sign_in(PHONES[name]) for name in ("peter", "joseph", "mary"))
    rows = joseph.told("GET", f"/api/groups/{story.group_id}/members?page_size=200")["results"]
    witnesses = [row["id"] for row in rows if row["member_name"] in {"Agnes Mueni", "Joyce Kemunto"}]
    asked = {
        "loan_type": "LONG_TERM",
        "amount": "30000.00",
        "duration_months": 12,
        "purpose": WORDS["purpose of a loan"],
        "witnesses": witnesses,
    }
    story.statuses["loan too large"] = peter.ask("POST", "/api/loans", asked | {"amount": "900000.00"})[0]
    story.statuses["invalid loan"] = peter.ask("POST", "/api/loans", asked | {"duration_months": "kanari"})[0]
    loan = peter.told("POST", "/api/loans", asked)["id"]
    joseph.told("POST", f"/api/loans/{loan}/approve", {"approval_notes": WORDS["note of an approver"]})
    known = mary.told("GET", f"/api/savings-groups/groups/{story.group_id}/loans?page_size=200")["results"]
    others = {row["member_name"]: row["id"] for row in known if row["status"] in {"PENDING", "DISBURSED"}}
    no, loss = ({"reason": WORDS[f"reason of a {what}"]} for what in ("no", "write-off"))
    mary.told("POST", f"/api/loans/{others['Naomi Cherono']}/reject", no)
    mary.told("POST", f"/api/loans/{others['Beatrice Adhiambo']}/write-off", loss)
    for name, each in {**others, "Peter Kamau": loan}.items():
        story.loans[name] = json.dumps(mary.told("GET", f"/api/loans/{each}"))


def holds_a_meeting(house: House, story: Story) -> None:
    """Ruth fines Hannah, Mary waives it; the box is short, and Grace says why; notes go under the seal."""
    ruth, mary, grace = (Caller(house).sign_in(PHONES[name]) for name in ("ruth", "mary", "grace"))
    group = f"/api/savings-groups/groups/{story.group_id}"
    rows = ruth.told("GET", f"/api/groups/{story.group_id}/members?page_size=200")["results"]
    hannah = next(row["id"] for row in rows if row["member_name"] == "Hannah Wangui")
    day = business_day(now()).isoformat()
    fined = {"amount": "70.00", "reason": MINUTES["reason of a fine"], "due_date": day}
    fine = ruth.told("POST", f"{group}/members/{hannah}/fines/", fined)
    waived = mary.told("POST", f"/api/fines/{fine['id']}/waive", {"reason": MINUTES["reason of a waiver"]})
    marks = {"meeting_date": day, "records": [{"member_id": hannah, "status": "PRESENT"}]}
    meeting = f"/api/meetings/{ruth.told('POST', f'{group}/attendance/', marks)['id']}"
    count = {"moment": "CLOSING", "denominations": {"100": 1}, "explanation": MINUTES["explanation of a count"]}
    story.statuses["invalid count"] = grace.ask("POST", f"{meeting}/count", count | {"denominations": {"7": 1}})[0]
    grace.told("POST", f"{meeting}/count", count)
    sealed = grace.told("POST", f"{meeting}/seal", {"notes": MINUTES["notes of a meeting"]})
    story.minutes = json.dumps([fine, waived, sealed])


def breaks_down(house: House, story: Story) -> None:
    """A table is gone, and the program fails with her particulars in its hands."""
    joseph = Caller(house).sign_in(PHONES["joseph"])
    with contextlib.closing(sqlite3.connect(house.folder / "db.sqlite3", timeout=30)) as database:
        database.execute("ALTER TABLE members_nextofkin RENAME TO gone")
        story.statuses["broken"] = joseph.ask("POST", "/api/members", somebody(story.group_id, id_number="98765401"))[0]
        database.execute("ALTER TABLE gone RENAME TO members_nextofkin")


@pytest.fixture(scope="module")
def story(house: House) -> Story:
    """Everything happens; then the house stands still, and what it wrote can be looked at."""
    told = Story()
    registered(house, told)
    refused_in_many_ways(house, told)
    signs_in_herself(house, told)
    leaves_with_a_reason(house, told)
    lends_and_gives_up(house, told)
    holds_a_meeting(house, told)
    breaks_down(house, told)
    house.stop()
    return told


def leaves_with_a_reason(house: House, story: Story) -> None:
    mary = Caller(house).sign_in(PHONES["mary"])
    mary.told("POST", f"/api/members/{story.member_id}/leave", {"kind": "DIED", "next_of_kin": 1, "reason": REASON})


# What the outbox of development says in clear, it says to her; where messages are really sent, it does not exist.
SAID_TO_HER = frozenset({"outbox"})


def test_nothing_that_identifies_her_stands_anywhere_in_clear(house: House, story: Story) -> None:
    assert found_in(house.folder, story.secrets, but=SAID_TO_HER) == []


def test_the_search_finds_what_may_stand_in_clear(house: House, story: Story) -> None:
    """Her name stands in the database, the code in the letter to her: a search that finds neither proves nothing."""
    hits = found_in(house.folder, in_bytes({"name": [NAME], "code": story.codes}))
    assert any(hit.startswith("name in db.sqlite3") for hit in hits)
    assert any(hit.startswith("code in outbox") for hit in hits)
    assert [hit for hit in hits if hit.startswith("name in") and not hit.startswith("name in db.sqlite3")] == []


def test_who_may_read_what_is_written_about_loans_reads_it(story: Story) -> None:
    """Words that were never kept would be found nowhere either."""
    found = {what: [name for name, said in story.loans.items() if words in said] for what, words in WORDS.items()}
    assert found == {
        "purpose of a loan": ["Peter Kamau"],
        "note of an approver": ["Peter Kamau"],
        "reason of a no": ["Naomi Cherono"],
        "reason of a write-off": ["Beatrice Adhiambo"],
    }


def test_who_may_read_what_is_written_at_a_meeting_reads_it(story: Story) -> None:
    assert [what for what, words in MINUTES.items() if words not in story.minutes] == []


@pytest.mark.parametrize("how", ["plain", "base64", "part of a picture"])
def test_the_search_finds_what_was_put_there(tmp_path: Path, how: str) -> None:
    content = os.urandom(4000)
    written = {
        "plain": f"x{ID_NUMBER}y".encode(),
        "base64": json.dumps({"body": base64.b64encode(f"[[{ID_NUMBER}]]".encode()).decode()}).encode(),
        "part of a picture": b"before" + content + b"after",
    }
    (tmp_path / "file").write_bytes(written[how])
    secrets = in_bytes({"ID number": [ID_NUMBER]}) | {"picture": slices(content)}
    assert found_in(tmp_path, secrets) == [f"{'picture' if 'picture' in how else 'ID number'} in file"]


def test_there_was_something_to_search(house: House, story: Story) -> None:
    """The files are there, and each of them was written by what happened."""
    written = {path.relative_to(house.folder).parts[0]: path for path in house.folder.rglob("*") if path.is_file()}
    assert {"db.sqlite3", "documents", "outbox", "server.log", "worker.log", "queue-done"} <= set(written)
    assert len([path for path in (house.folder / "documents").rglob("*") if path.is_file()]) >= 2
    log = (house.folder / "server.log").read_text()
    assert '"POST /api/members HTTP/1.1" 201' in log
    assert "no such table" in log
    assert house.running == []


def test_each_way_of_being_refused_was_tried(story: Story) -> None:
    assert story.statuses == {
        "taken": 409,
        "invalid": 400,
        "unknown field": 409,
        "not JSON": 400,
        "wrong password": 401,
        "wrong code": 422,
        "reset": 202,
        "anonymous": 401,
        "no such path": 404,
        "page": 422,
        "loan too large": 422,
        "invalid loan": 400,
        "invalid count": 400,
        "broken": 500,
    }
