"""`python -m ptxgen_inference` is `ptxgen-infer`."""

from __future__ import annotations

from ptxgen_inference.cli.main import main

main()
