"""Lua scripts, which Redis runs for all processes together: at once, or not at all."""

from vectorstores.lua.outage import Outage
from vectorstores.lua.script import Script

__all__ = ["Outage", "Script"]
