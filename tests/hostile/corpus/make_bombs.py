"""
Writes what Node.js cannot compress: 100 MiB of zeros in the other formats that joblib writes. Standard library only.

    python make_bombs.py        writes bomb.bz2, bomb.xz and bomb.lzma beside this file
"""

import bz2
import lzma
from pathlib import Path

HERE = Path(__file__).parent
ZEROS = bytes(100 * 2**20)

(HERE / "bomb.bz2").write_bytes(bz2.compress(ZEROS, 9))
(HERE / "bomb.xz").write_bytes(lzma.compress(ZEROS, lzma.FORMAT_XZ))
(HERE / "bomb.lzma").write_bytes(lzma.compress(ZEROS, lzma.FORMAT_ALONE))
