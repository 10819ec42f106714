"""Who lives in the demo world: organisations, groups, staff and members, with what each of them usually brings."""

from dataclasses import dataclass
from decimal import Decimal

from groups.models import RoleName

PASSWORD = "demo-pass-2026"  # noqa: S105  # the demo world's one password, refused outside DEBUG


@dataclass(frozen=True)
class Staff:
    """Somebody who works for an organisation, or for all of them."""

    name: str
    phone: str
    role: RoleName
    organisation: str = ""
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Villager:
    """A member: what she brings each week to her savings, and now and then to the other funds."""

    name: str
    phone: str
    id_number: str
    born: str
    weekly: Decimal
    office: RoleName | None = None
    kin: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Chama:
    """A group with its people."""

    name: str
    code: str
    organisation: str
    county: str
    constituency: str
    ward: str
    location: str
    village: str
    venue: str
    target: Decimal
    members: tuple[Villager, ...]


def _kes(amount: int) -> Decimal:
    return Decimal(amount).quantize(Decimal("0.01"))


ORGANISATIONS = ("Pamoja", "Tumaini")

STAFF = (
    Staff("Sarah Njeri", "254700000001", RoleName.SYSTEM_ADMIN),
    Staff("Daniel Otieno", "254700000002", RoleName.SERVICE_ADMIN, "Pamoja"),
    Staff("Joseph Mutua", "254700000003", RoleName.FIELD_OFFICER, "Pamoja", ("Umoja", "Baraka")),
    Staff("Faith Achieng", "254700000004", RoleName.AUDITOR, "Pamoja"),
    Staff("Samuel Kiprono", "254700000031", RoleName.SERVICE_ADMIN, "Tumaini"),
)

UMOJA = Chama(
    name="Umoja",
    code="UMJ-004",
    organisation="Pamoja",
    county="Kitui",
    constituency="Kitui Central",
    ward="Miambani",
    location="Kaveta",
    village="Mulundi",
    venue="Under the mango tree, Mulundi primary school",
    target=_kes(60_000),
    members=(
        Villager(
            "Mary Wanjiku",
            "254700000011",
            "21400011",
            "1979-03-14",
            _kes(1_200),
            RoleName.CHAIR,
            (("James Mwangi", "Husband", "254722000011"),),
        ),
        Villager(
            "Grace Atieno",
            "254700000012",
            "22700012",
            "1984-07-02",
            _kes(1_000),
            RoleName.TREASURER,
            (("Paul Ochieng", "Brother", "254722000012"),),
        ),
        Villager("Ruth Chebet", "254700000013", "23900013", "1986-11-21", _kes(1_000), RoleName.SECRETARY),
        Villager(
            "Alice Wambui",
            "254700000014",
            "24500014",
            "1990-01-30",
            _kes(800),
            None,
            (("Rose Wambui", "Mother", "254722000014"), ("John Kariuki", "Husband", "254722000114")),
        ),
        Villager(
            "Peter Kamau",
            "254700000015",
            "25100015",
            "1982-05-09",
            _kes(1_000),
            None,
            (("Ann Kamau", "Wife", "254722000015"),),
        ),
        Villager("Lucy Nyambura", "254700000016", "26800016", "1993-09-17", _kes(500)),
        Villager("Esther Moraa", "254700000017", "20300017", "1971-12-05", _kes(900), RoleName.COMMITTEE),
        Villager("Agnes Mueni", "254700000018", "27500018", "1988-04-26", _kes(1_000)),
        Villager("Naomi Cherono", "254700000019", "28200019", "1995-08-11", _kes(700)),
        Villager("Beatrice Adhiambo", "254700000041", "21900041", "1977-02-18", _kes(1_500)),
        Villager("Hannah Wangui", "254700000042", "29400042", "1997-06-03", _kes(500)),
        Villager("Joyce Kemunto", "254700000043", "22300043", "1980-10-28", _kes(600)),
    ),
)

BARAKA = Chama(
    name="Baraka",
    code="BRK-011",
    organisation="Pamoja",
    county="Kitui",
    constituency="Kitui East",
    ward="Zombe/Mwitika",
    location="Zombe",
    village="Kasovoni",
    venue="Zombe market hall",
    target=_kes(20_000),
    members=(Villager("Jane Akinyi", "254700000021", "24900021", "1989-03-08", _kes(600)),),
)

NEEMA = Chama(
    name="Neema",
    code="NEE-002",
    organisation="Tumaini",
    county="Makueni",
    constituency="Kaiti",
    ward="Ilima",
    location="Ilima",
    village="Kyamuoso",
    venue="Ilima chapel",
    target=_kes(15_000),
    members=(Villager("Kevin Odhiambo", "254700000051", "25600051", "1991-07-19", _kes(500)),),
)

GROUPS = (UMOJA, BARAKA, NEEMA)
