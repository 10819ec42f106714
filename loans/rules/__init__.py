"""The arithmetic of lending, pure: no database, no clock. Amounts are shillings as Decimal, whole cents.

`plan` makes schedules and says what a loan costs; `life` tells what a loan is on a day, from what happened to it.
"""
