"""Transcripts: the journal on disk. Written as things happen, read lazily, replayed to any moment, put into words.

`format` says what a line looks like, `writer.Recorder` writes a file, `reader.Transcript` reads one, `branch.Branch` is
what time travel left of it, `replay.Replay` stands at a moment of it, `linear` explains it line by line.
"""
