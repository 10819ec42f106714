"""What the sign-in routes take and give."""

from rest_framework import serializers

from users.operations.passwords import LONGEST_PASSWORD

LONGEST_PHONE = 40
LONGEST_TOKEN = 4096


class PasswordField(serializers.CharField):
    """A password: taken as typed, blanks included, and never given back."""

    def __init__(self, **options: object) -> None:
        super().__init__(max_length=LONGEST_PASSWORD, trim_whitespace=False, write_only=True, **options)  # type: ignore[arg-type]  # DRF's own options, handed on


class LoginIn(serializers.Serializer[object]):
    phone = serializers.CharField(max_length=LONGEST_PHONE)
    password = PasswordField()


class RefreshIn(serializers.Serializer[object]):
    """With `X-Client: pwa` the token may come in the cookie instead."""

    refresh_token = serializers.CharField(max_length=LONGEST_TOKEN, required=False)


class PasswordIn(serializers.Serializer[object]):
    old_password = PasswordField()
    new_password = PasswordField()


class ActivateIn(serializers.Serializer[object]):
    phone = serializers.CharField(max_length=LONGEST_PHONE)
    code = serializers.CharField(max_length=20)
    password = PasswordField()


class ResetIn(serializers.Serializer[object]):
    phone = serializers.CharField(max_length=LONGEST_PHONE)


class OfficeOut(serializers.Serializer[object]):
    group_id = serializers.UUIDField()
    office = serializers.CharField()


class UserOut(serializers.Serializer[object]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    phone = serializers.CharField()
    language = serializers.CharField()
    role = serializers.CharField()
    assigned_groups = serializers.ListField(child=serializers.UUIDField())
    offices = OfficeOut(many=True)


class PairOut(serializers.Serializer[object]):
    """With `X-Client: pwa` the refresh token is in the cookie and not here."""

    success = serializers.BooleanField()
    access_token = serializers.CharField()
    refresh_token = serializers.CharField(required=False)


class LoginOut(PairOut):
    user = UserOut()


class DoneOut(serializers.Serializer[object]):
    success = serializers.BooleanField()
