"""Circuit breakers: what fails is left alone for a while, and tried again by one."""
