"""The deployment files, tried on a machine without Docker."""
