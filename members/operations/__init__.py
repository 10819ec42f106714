"""The verbs on people and memberships, one act each: every one atomic and logged, by ids only."""

from members.operations.acts import note_identity_read
from members.operations.refusals import AlreadyMember, IdNumberTaken, MemberInactive, PhoneTaken
from members.operations.registration import join, register
from members.operations.sign_ins import invite, make_sign_in

__all__ = [
    "AlreadyMember",
    "IdNumberTaken",
    "MemberInactive",
    "PhoneTaken",
    "invite",
    "join",
    "make_sign_in",
    "note_identity_read",
    "register",
]
