"""The house keeps its own numbers and habits: each rule is a test, each exception is named with its reason."""
