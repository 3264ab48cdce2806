"""Mock interviews: booked, sat and scored."""
