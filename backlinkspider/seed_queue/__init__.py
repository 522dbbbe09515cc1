"""The queue of seeds in Redis that several workers share: client and Lua scripts."""
