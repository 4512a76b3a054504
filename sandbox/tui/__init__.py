"""The terminal interface, in Textual.

Start reading at `app.py`; `ports.py` says what a session offers the screens, `actions.py` what a key can do.
"""
