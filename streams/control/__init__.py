"""The control plane: the life of directives, commands, the business date, totals and receipts.

What is decided here is pure and imports no faust; ``app.py`` and its neighbours decode, call and send.
"""
