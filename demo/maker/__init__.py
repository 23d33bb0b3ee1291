"""The parts of make-data.py: what it fetches, cuts, invents and writes."""
