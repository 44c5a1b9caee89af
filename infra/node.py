"""Which Node the CDK runs on."""

import os
import sys
from pathlib import Path


def use_project_node() -> None:
    """Prefer the Node installed beside this interpreter to whatever else is on the search path."""
    node = Path(sys.executable).with_name("node")
    if node.exists():
        os.environ.setdefault("JSII_NODE", str(node))
