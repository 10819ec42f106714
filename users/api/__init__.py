"""Sign-in over HTTP, and what every room's API needs from here: requests that may be sent again."""
