"""Keeps distracting sites out of reach through the hosts file, by a small root helper that anyone can read in full.

Nothing here imports anything else of ours: ``install`` copies this folder as it is into root-owned places, where the
system's own Python runs it. The app uses ``client`` only.
"""
