"""`python -m ptxgen` is `ptxgen`."""

from __future__ import annotations

from ptxgen.cli.main import main

main()
