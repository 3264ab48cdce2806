"""Coins: what a good day earns, what a bet wins, what a pass costs. The ledger is made of facts and never edited."""
