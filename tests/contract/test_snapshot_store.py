"""What every ``SnapshotStore`` keeps to."""

import gzip
from collections.abc import Callable

import pytest

from holisticos.adapters.s3_snapshots import S3SnapshotStore
from holisticos.contracts.analysis import SnapshotRef
from holisticos.contracts.errors import NotFoundError, SnapshotCorruptError
from holisticos.ports import SnapshotStore
from tests.contract.conftest import EMULATOR, MOTO, Backend
from tests.fakes.snapshot_store import InMemorySnapshotStore

Overwrite = Callable[[str, bytes], None]


@pytest.fixture
def bucket(backend: Backend) -> str:
    name = backend.new_name()
    if backend.s3:
        backend.s3.create_bucket(Bucket=name)
    return name


@pytest.fixture
def store(backend: Backend, bucket: str) -> SnapshotStore:
    return S3SnapshotStore(bucket, backend.s3) if backend.s3 else InMemorySnapshotStore()


@pytest.fixture
def overwrite(backend: Backend, store: SnapshotStore, bucket: str) -> Overwrite:
    """Put other content under a key, behind the store's back."""

    def write(key: str, content: bytes) -> None:
        if backend.s3:
            backend.s3.put_object(Bucket=bucket, Key=key, Body=gzip.compress(content))
        elif isinstance(store, InMemorySnapshotStore):
            store.contents[key] = content

    return write


@pytest.mark.parametrize("content", [b"", b"{}", bytes(range(256)) * 4096])
def test_the_same_bytes_come_back(store: SnapshotStore, content: bytes) -> None:
    assert store.get(store.put("user-1", content)) == content


def test_the_same_bytes_have_the_same_reference(store: SnapshotStore) -> None:
    first, other = store.put("user-1", b"one"), store.put("user-1", b"other")

    assert store.put("user-1", b"one") == first
    assert first != other
    assert store.get(first) == b"one"


def test_users_do_not_share_snapshots_and_no_key_names_one(store: SnapshotStore) -> None:
    first, second = store.put("user-1", b"same"), store.put("user-2", b"same")

    assert first.sha256 == second.sha256
    assert first.key != second.key
    assert "user-1" not in first.key


def test_a_missing_snapshot_is_not_found(store: SnapshotStore) -> None:
    with pytest.raises(NotFoundError):
        store.get(SnapshotRef(key="snapshots/none/0.json.gz", sha256="0" * 64))


@pytest.mark.parametrize("content", [b"", b"other", b"one "])
def test_other_content_than_the_digest_names_is_refused(
    store: SnapshotStore, overwrite: Overwrite, content: bytes
) -> None:
    ref = store.put("user-1", b"one")
    overwrite(ref.key, content)

    with pytest.raises(SnapshotCorruptError):
        store.get(ref)


@pytest.mark.parametrize("backend", [MOTO, EMULATOR], indirect=True)
@pytest.mark.parametrize("cut", [0, 1, 12, -1])
def test_a_truncated_object_is_corrupt(backend: Backend, bucket: str, store: SnapshotStore, cut: int) -> None:
    assert backend.s3
    ref = store.put("user-1", b"one" * 100)
    stored = backend.s3.get_object(Bucket=bucket, Key=ref.key)["Body"].read()
    backend.s3.put_object(Bucket=bucket, Key=ref.key, Body=stored[:cut])

    with pytest.raises(SnapshotCorruptError):
        store.get(ref)


@pytest.mark.parametrize("backend", [MOTO, EMULATOR], indirect=True)
def test_the_same_bytes_make_the_same_object(backend: Backend, bucket: str, store: SnapshotStore) -> None:
    assert backend.s3
    tags = set()
    for _ in range(2):
        ref = store.put("user-1", b"one" * 100)
        tags.add(backend.s3.head_object(Bucket=bucket, Key=ref.key)["ETag"])

    assert len(tags) == 1


def test_erasing_leaves_no_snapshot_of_the_user_and_every_one_of_others(store: SnapshotStore) -> None:
    mine = [store.put("user-1", content) for content in (b"one", b"two")]
    others = store.put("user-11", b"one")

    assert store.erase("user-1") == 2
    assert store.erase("user-1") == 0

    for ref in mine:
        with pytest.raises(NotFoundError):
            store.get(ref)
    assert store.get(others) == b"one"
