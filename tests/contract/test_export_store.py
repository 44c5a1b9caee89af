"""What every ``ExportStore`` keeps to."""

import io
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from holisticos.adapters.s3_exports import S3ExportStore
from holisticos.ports import ExportStore
from tests.contract.conftest import EMULATOR, Backend
from tests.fakes.export_store import InMemoryExportStore

QUARTER_OF_AN_HOUR = timedelta(minutes=15)


@pytest.fixture
def bucket(backend: Backend) -> str:
    name = backend.new_name()
    if backend.s3:
        backend.s3.create_bucket(Bucket=name)
    return name


@pytest.fixture
def store(backend: Backend, bucket: str) -> ExportStore:
    return S3ExportStore(bucket, backend.s3) if backend.s3 else InMemoryExportStore()


def test_a_link_names_the_archive_and_not_the_user(store: ExportStore) -> None:
    key = store.put("user-1", "ex-1.zip", io.BytesIO(b"archive"))
    link = store.link(key, "holisticos.zip", QUARTER_OF_AN_HOUR)

    assert key in urlsplit(link).path
    assert "holisticos.zip" in link
    assert "user-1" not in link


def test_users_do_not_share_archives(store: ExportStore) -> None:
    assert store.put("user-1", "ex-1.zip", io.BytesIO(b"")) != store.put("user-2", "ex-1.zip", io.BytesIO(b""))


def test_erasing_leaves_no_archive_of_the_user_and_every_one_of_others(store: ExportStore) -> None:
    for owner in ("user-1", "user-11"):
        for name in ("ex-1.zip", "ex-2.zip"):
            store.put(owner, name, io.BytesIO(b"archive"))

    assert store.erase("user-1") == 2
    assert store.erase("user-1") == 0
    assert store.erase("user-11") == 2


@pytest.mark.parametrize("backend", [EMULATOR], indirect=True)
def test_a_link_gives_the_archive_as_a_file(store: ExportStore) -> None:
    key = store.put("user-1", "ex-1.zip", io.BytesIO(b"archive"))

    answer = httpx.get(store.link(key, "holisticos.zip", QUARTER_OF_AN_HOUR), trust_env=False)

    assert answer.content == b"archive"
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="holisticos.zip"'


@pytest.mark.parametrize("backend", [EMULATOR], indirect=True)
def test_a_link_expires(store: ExportStore) -> None:
    key = store.put("user-1", "ex-1.zip", io.BytesIO(b"archive"))
    asked = parse_qs(urlsplit(store.link(key, "holisticos.zip", QUARTER_OF_AN_HOUR)).query)

    assert asked["X-Amz-Expires"] == ["900"]
