"""Real clients, as their users install them, against a live server. docs/api.md has what came out.

A client has a virtualenv of its own (`environments`), in which a script of ours tries what the
client offers (`openai_python`, `openai_node`, …). `matrix` runs them all, `table` writes it down.
"""
