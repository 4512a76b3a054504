"""What the main screen is made of, one pane a file."""
