"""Outreach: the people and companies one writes to, and the proof that one did."""
