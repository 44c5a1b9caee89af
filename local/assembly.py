"""A synthesized stack, read from the folder that the CDK app writes."""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from local.state import LocalStackError

ACCOUNT = "000000000000"
"""The emulator's."""

Template = dict[str, Any]


@dataclass(frozen=True)
class Asset:
    """A folder or file that the template finds in ``bucket`` under ``key``; ``added`` goes beside a folder's files."""

    key: str
    bucket: str
    source: Path
    added: Mapping[str, bytes] = field(default_factory=dict)

    def content(self) -> bytes:
        """What is uploaded: the file, or an archive of the folder in which programs stay executable."""
        if self.source.is_file():
            return self.source.read_bytes()
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as entries:
            for path in sorted(self.source.rglob("*")):
                if path.is_file():
                    entries.write(path, path.relative_to(self.source))
            for name, body in self.added.items():
                entry = zipfile.ZipInfo(name)
                entry.external_attr = 0o755 << 16
                entries.writestr(entry, body)
        return archive.getvalue()


@dataclass(frozen=True)
class Assembly:
    """One stack: its name, template and assets."""

    stack_name: str
    template: Template
    assets: tuple[Asset, ...]

    @classmethod
    def read(cls, folder: Path, region: str) -> "Assembly":
        """Read the only stack in ``folder``.

        Raises:
            LocalStackError: there is none, or more than one.
        """
        try:
            manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise LocalStackError(f"{folder} holds no synthesized stack; `make synth` shows why") from error
        stacks = {k: a for k, a in manifest["artifacts"].items() if a["type"] == "aws:cloudformation:stack"}
        if len(stacks) != 1:
            raise LocalStackError(f"{folder} should hold one stack, not {len(stacks)}")
        ((artifact, about),) = stacks.items()
        properties = about["properties"]
        template = json.loads((folder / properties["templateFile"]).read_text(encoding="utf-8"))
        assets = json.loads((folder / f"{artifact}.assets.json").read_text(encoding="utf-8"))["files"]
        return cls(
            stack_name=properties.get("stackName", artifact),
            template=template,
            assets=tuple(
                _asset(folder, file, region)
                for file in assets.values()
                # The template itself is sent with the call that creates the stack.
                if file["source"]["path"] != properties["templateFile"]
            ),
        )

    def asset(self, key: str) -> Asset:
        """Raises ``LocalStackError`` for a key that the assembly does not hold."""
        for asset in self.assets:
            if asset.key == key:
                return asset
        raise LocalStackError(f"the template names an asset {key} that the assembly does not hold")

    def with_asset(self, asset: Asset) -> "Assembly":
        """The same with one more asset, or with the one of that key replaced."""
        return replace(self, assets=(*(a for a in self.assets if a.key != asset.key), asset))


def _asset(folder: Path, file: dict[str, Any], region: str) -> Asset:
    (destination,) = file["destinations"].values()
    bucket = destination["bucketName"].replace("${AWS::AccountId}", ACCOUNT).replace("${AWS::Region}", region)
    return Asset(destination["objectKey"], bucket, folder / file["source"]["path"])
