"""The protocol toolkit: grammar, reader, registry, endpoints, the tracker and references. No I/O, no clock, no
chance."""
