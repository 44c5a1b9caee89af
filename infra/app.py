"""The CDK app: ``python infra/app.py``, or under the CDK command line.

The stage comes from the context (``cdk deploy --context stage=prod``) and is ``dev`` without one. The
assembly goes where the command line asks for it, else to ``cdk.out``.
"""

import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Write the assembly of one stage. Exits with a message where its configuration or the layer's build is wrong."""
    # As a script, Python looks into this folder first, where our `constructs` would hide the library's.
    sys.path[:] = [str(ROOT), *(entry for entry in sys.path if Path(entry).resolve() != ROOT / "infra")]
    from infra.node import use_project_node

    use_project_node()
    from aws_cdk import App

    from infra.assets import BuildError
    from infra.config import StageConfigError
    from infra.stack import build_stack

    # cdk.json is read here too, so that the template is the same with and without the command line.
    context = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    app = App(
        context=context,
        outdir=os.environ.get("CDK_OUTDIR") or str(ROOT / "cdk.out"),
        analytics_reporting=False,
        stack_traces=False,
        tree_metadata=False,
        # `make check` has cfn-lint read the template; a synthesis need not wait for it.
        builtin_cloud_formation_validation=False,
    )
    try:
        build_stack(app)
    except (BuildError, StageConfigError) as error:
        sys.exit(str(error))
    app.synth()


if __name__ == "__main__":
    main()
