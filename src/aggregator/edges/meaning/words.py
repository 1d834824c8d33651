"""What the process that makes vectors says: that it is ready, the vectors' size, the vectors."""

import struct

READY = b"ready\n"
HEAD = struct.Struct(">I")
"""The bytes of each vector that follows."""
