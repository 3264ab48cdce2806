"""This machine: folders, clock, keyring, notifications, sound, logs. No Qt: commands start without it."""
