"""The built-in hub: wishes, questions to callbacks, deliveries; and the word to a public hub.

`hub` takes forms and starts what is due; `registry` is what is remembered;
`contents` what the topics hold; `lanes` who waits for whom; `pinging` tells a
public hub. The rules are those of `core.websub`.
"""

from aggregator.pipeline.hubbing.hub import Hub
from aggregator.pipeline.hubbing.pinging import Pinger, ping
from aggregator.pipeline.hubbing.telling import tell_hub
from aggregator.pipeline.hubbing.tools import HubTools

__all__ = ["Hub", "HubTools", "Pinger", "ping", "tell_hub"]
