"""Where a request comes from: the socket's address, or what our own proxies say."""

from django.conf import settings
from django.http import HttpRequest


def caller_address(request: HttpRequest) -> str:
    """The address of the caller. X-Forwarded-For counts only for as many proxies as are ours, from the right."""
    proxies: int = settings.TRUSTED_PROXIES
    if proxies:
        hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
        if len(hops) >= proxies:
            return str(hops[-proxies])[:45]
    return str(request.META.get("REMOTE_ADDR", ""))[:45]
