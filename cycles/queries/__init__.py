"""Reading ends: who left and with what, which years are closed, and what is shared out."""
