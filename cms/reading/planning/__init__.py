"""Planned execution: one SQL statement a root field, and code written for it that shapes its rows into the answer.

`arguments` and `selection` read the document, `places` say where a value stands in a row, `planner` builds a plan, `plans` keeps and runs them.
"""
