"""What a text states that can be compared: quantities with their units, dates and periods."""
