"""What the engine refuses: files, prompts, options. Ids start with `INF`."""

from ptxgen.errors import PtxgenError


class InferenceError(PtxgenError):
    """A model, a text or an option that the engine cannot use."""
