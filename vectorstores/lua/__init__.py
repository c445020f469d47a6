"""Lua scripts, which Redis runs for all processes together: at once, or not at all."""

from vectorstores.lua.script import Script
from vectorstores.outage import Outage

__all__ = ["Outage", "Script"]
