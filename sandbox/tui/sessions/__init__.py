"""What runs behind the main screen: free play, lessons, replays, real servers. Each is a `ports.Session`.

`dialogue.py` turns a journal into lines and answers what they mean; `stock.py` and `maildrop.py` know the mail at any
moment; the others drive a world, a lesson runner, a transcript or a server, and share those.
"""
