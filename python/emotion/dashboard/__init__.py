"""A page in the browser on what runs have stored in a database, see docs/dashboard.md.

It needs the extra emotion[dashboard]. `choose`, `read_runs` and `sum_up` give its numbers without a page.
"""

from ._page import need_dash
from ._runs import Run, choose, read_runs
from ._server import Server
from ._summary import Summary, sum_up

__all__ = ["Run", "Server", "Summary", "choose", "need_dash", "read_runs", "sum_up"]
