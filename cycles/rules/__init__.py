"""The arithmetic of ends: what a member who leaves is paid, when a year begins and ends, how a surplus is shared."""
