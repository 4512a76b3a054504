"""Whole screens: home, the main screen that every session uses, help."""
