"""What all tests share: Ctrl-C has its usual meaning, and properties are tried the same each run.

`HYPOTHESIS_PROFILE=search` draws other examples at each run, and more of them.
"""

import os
import signal

from hypothesis import settings

# In the background of a script Ctrl-C is ignored, and every process that a
# test starts would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A run that fails for what the last one did not draw tells nothing about the change it judges.
settings.register_profile("suite", derandomize=True, database=None, deadline=None)
settings.register_profile("search", max_examples=1_000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))
