"""The only place where bytes move, and where they are written down as they pass.

`link` joins two endpoints in memory, `tcp` puts an endpoint on a real socket; both write to the `trace`. The
`observer` reads the trace and says what every octet was.
"""
