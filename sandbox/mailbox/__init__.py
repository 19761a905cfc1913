"""The mailbox of everybody in the demo: what the platform wrote to files instead of sending it.

It reads the folder that `world.json` names and knows nothing else of the platform.
"""
