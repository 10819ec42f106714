"""How the OpenAPI document names our bearer tokens."""

from drf_spectacular.contrib.rest_framework_simplejwt import SimpleJWTScheme


class BearerScheme(SimpleJWTScheme):  # type: ignore[no-untyped-call]  # the registry of extensions is untyped
    target_class = "users.authentication.BearerAuthentication"
    name = "bearer"
