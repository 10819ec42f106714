"""The verbs on people and memberships, one act each: every one atomic and logged, by ids only."""

from members.operations.acts import note_identity_read
from members.operations.documents import keep_document, read_document, show_document
from members.operations.editing import Edited, edit_member
from members.operations.leaving import leave, return_to_group
from members.operations.membership import Changed, MembershipChange, change_membership, set_active
from members.operations.offices import decide_office, give_office, propose_office
from members.operations.refusals import AlreadyMember, IdNumberTaken, MemberInactive, PhoneTaken
from members.operations.registration import join, register
from members.operations.sign_ins import invite, make_sign_in
from members.operations.strays import forget_stray_files
from members.operations.verification import end_verification, verify_id

__all__ = [
    "AlreadyMember",
    "Changed",
    "Edited",
    "IdNumberTaken",
    "MemberInactive",
    "MembershipChange",
    "PhoneTaken",
    "change_membership",
    "decide_office",
    "edit_member",
    "end_verification",
    "forget_stray_files",
    "give_office",
    "invite",
    "join",
    "keep_document",
    "leave",
    "make_sign_in",
    "note_identity_read",
    "propose_office",
    "read_document",
    "register",
    "return_to_group",
    "set_active",
    "show_document",
    "verify_id",
]
