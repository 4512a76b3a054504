"""The trace: client left, server right, an exchange a row.

`model.py` holds a million lines in columns, `heights.py` finds the row at a height, `layout.py` places the lines of an
exchange, `paint.py` turns them into strips, `view.py` is the widget.
"""
