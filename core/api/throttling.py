"""The general throttle: never below 600 requests a minute and user; failed sign-ins have their own, in `users`."""

from rest_framework.throttling import UserRateThrottle


class UserThrottle(UserRateThrottle):
    scope = "user"
