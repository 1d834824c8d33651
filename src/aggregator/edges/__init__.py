"""The outside world: one foreign thing each, translated at the door, no decisions."""
