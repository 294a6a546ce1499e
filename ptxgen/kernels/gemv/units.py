"""Rows of weights as the lanes of a warp share them: units of blocks, and steps of the warp."""

from __future__ import annotations

from attrs import frozen

from ptxgen.kernels.blocks.unpack import ShareForm
from ptxgen.kernels.blocks.unpackers import product_form
from ptxgen.kernels.blocks.warp import WARP
from ptxgen.quant import BlockFormat

_WORD = 4


@frozen
class Units:
    """Rows of `columns` weights of a format, in units of `blocks` neighbouring blocks, of which a lane has its share.

    Pairs of blocks are whole words in every format: no word is cut between lanes, and lanes find theirs in shared
    memory without bank conflicts, for pairs that are 4i + 2 words apart are an odd number of words apart.
    """

    format: BlockFormat
    columns: int
    blocks: int

    @staticmethod
    def of(format: BlockFormat, columns: int) -> Units:
        """Units of whole words."""
        return Units(format, columns, 2 if format.bytes % _WORD else 1)

    @property
    def form(self) -> ShareForm:
        """A lane's share of a block."""
        return product_form(self.format)

    @property
    def bytes(self) -> int:
        """Bytes of a unit."""
        return self.blocks * self.format.bytes

    @property
    def weights(self) -> int:
        """Columns of a unit."""
        return self.blocks * self.format.weights

    @property
    def a_step(self) -> int:
        """Units that the lanes of a warp take together."""
        return WARP // self.form.lanes

    @property
    def step_bytes(self) -> int:
        """Bytes of so many."""
        return self.a_step * self.bytes

    @property
    def step_columns(self) -> int:
        """Columns of so many."""
        return self.a_step * self.weights

    @property
    def row_bytes(self) -> int:
        """Bytes of a row."""
        return self.format.row_bytes(self.columns)

    @property
    def whole_steps(self) -> int:
        """Steps of a row in which every lane has a unit."""
        return self.columns // self.step_columns

    @property
    def rest(self) -> int:
        """Whole units behind them."""
        return self.columns % self.step_columns // self.weights

    @property
    def odd_blocks(self) -> int:
        """Blocks behind these: a row may end within a unit."""
        return self.columns % self.weights // self.format.weights

    @property
    def steps(self) -> int:
        """Steps of a row, the last with units for some lanes only."""
        return -(-self.columns // self.step_columns)
