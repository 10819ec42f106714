"""The books over HTTP, reading only: acts that move money have their doors in the rooms above."""
