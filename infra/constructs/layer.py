"""The layer all functions share."""

from aws_cdk import Annotations, AssetHashType
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.assets import LAMBDA, archive_of, layer_for
from infra.constructs.function import ARCHITECTURE, RUNTIME


class SharedLayer(Construct):
    """The locked packages and ``holisticos`` itself."""

    def __init__(self, scope: Construct, id_: str) -> None:
        super().__init__(scope, id_)
        layer = layer_for(LAMBDA)
        if not layer.bytecode:
            Annotations.of(self).add_warning_v2(
                "holisticos:no-bytecode",
                f"The layer has no .pyc files, so that cold starts take twice as long: Python {LAMBDA.python_version} "
                "is not installed here and only it can write them. Where it is, they are added.",
            )
        self.version = lambda_.LayerVersion(
            self,
            "Version",
            description="holisticos and the packages it runs on",
            code=lambda_.Code.from_asset(
                str(archive_of(layer)), asset_hash=layer.digest, asset_hash_type=AssetHashType.CUSTOM
            ),
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[ARCHITECTURE],
        )
