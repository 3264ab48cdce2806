"""Stakes: what a failure costs, how that grows and falls again, and what a good record earns."""
