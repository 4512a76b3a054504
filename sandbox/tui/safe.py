"""What every sink of the interface passes untrusted text through: `sandbox.i18n.safe`."""

from __future__ import annotations

from sandbox.i18n.safe import readable, safe

__all__ = ["readable", "safe"]
