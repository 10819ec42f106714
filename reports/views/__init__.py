"""The staff pages: each view reads the address, makes one call, and shows what came back."""
