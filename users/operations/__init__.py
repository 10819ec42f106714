"""What people do with their sign-in: each verb in its file, used by API, page and other rooms alike."""

from users.operations.codes import activate, ask_reset, invite
from users.operations.numbers import NumberTaken, move_number
from users.operations.people import SignInClosed, hold_sign_in, open_sign_in
from users.operations.sessions import Tokens, refresh, sign_out
from users.operations.sign_in import SignedIn, change_password, sign_in
from users.tokens import TokenInvalid

__all__ = [
    "NumberTaken",
    "SignInClosed",
    "SignedIn",
    "TokenInvalid",
    "Tokens",
    "activate",
    "ask_reset",
    "change_password",
    "hold_sign_in",
    "invite",
    "move_number",
    "open_sign_in",
    "refresh",
    "sign_in",
    "sign_out",
]
