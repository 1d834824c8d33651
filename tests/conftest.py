"""What all tests share: Ctrl-C has its usual meaning."""

import signal

# In the background of a script Ctrl-C is ignored, and every process that a
# test starts would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
