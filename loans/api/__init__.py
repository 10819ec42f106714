"""Loans over HTTP: views translate in, call one verb, and translate out."""
