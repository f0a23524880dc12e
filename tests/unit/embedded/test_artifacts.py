"""Jars are fetched through jgo from a small Maven repository served on this machine, and trusted by checksum only."""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections import namedtuple
from collections.abc import Generator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath

import pytest

from graph_schema.embedded.artifacts import NEO4J_VERSION, Jar, ensure_jars, read_jar_list
from graph_schema.errors import ChecksumMismatch, DiskFull, DownloadFailed

CONTENT = {
    "org/example/plain/1.2/plain-1.2.jar": b"plain",
    "io/netty/native-epoll/4.1.Final/native-epoll-4.1.Final-linux-x86_64.jar": b"native code",
}


def list_jars(content: dict[str, bytes] = CONTENT) -> list[Jar]:
    return [Jar(PurePosixPath(path), hashlib.sha256(data).hexdigest()) for path, data in content.items()]


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    for path, data in CONTENT.items():
        (folder / path).parent.mkdir(parents=True)
        (folder / path).write_bytes(data)
    return folder


@pytest.fixture
def remotes(repository: Path) -> Generator[dict[str, str]]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(repository))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield {"here": f"http://127.0.0.1:{server.server_port}"}
        server.shutdown()
        thread.join()


def test_the_checked_in_list_is_whole() -> None:
    jars = read_jar_list()
    paths = [str(jar.path) for jar in jars]
    assert len(jars) == len(set(paths)) == 216
    assert paths == sorted(paths)
    assert all(jar.path.suffix == ".jar" and len(jar.sha256) == 64 for jar in jars)
    assert f"org.neo4j:neo4j:{NEO4J_VERSION}" in {jar.coordinate for jar in jars}
    assert f"org.neo4j:neo4j-bolt:{NEO4J_VERSION}" in {jar.coordinate for jar in jars}


def test_a_coordinate_names_the_classifier() -> None:
    assert [jar.coordinate for jar in list_jars()] == [
        "org.example:plain:1.2",
        "io.netty:native-epoll:4.1.Final:linux-x86_64",
    ]


def test_missing_jars_are_fetched_and_only_listed_ones_are_used(tmp_path: Path, remotes: dict[str, str]) -> None:
    cache, said = tmp_path / "cache", list[str]()
    cache.mkdir()
    (cache / "stranger.jar").write_bytes(b"not on the list")
    class_path = ensure_jars(cache, jars=list_jars(), repositories=remotes, on_progress=said.append)
    assert [path.read_bytes() for path in class_path] == list(CONTENT.values())
    assert said == [f"fetching Neo4j {NEO4J_VERSION} (once, 2 files)"]


def test_a_full_cache_needs_no_repository(tmp_path: Path, repository: Path) -> None:
    cache = shutil.copytree(repository, tmp_path / "cache")
    assert len(ensure_jars(cache, jars=list_jars(), repositories={"nowhere": "http://127.0.0.1:9"})) == 2


def test_a_wrong_download_is_refused_and_not_kept(tmp_path: Path, repository: Path, remotes: dict[str, str]) -> None:
    (repository / "org/example/plain/1.2/plain-1.2.jar").write_bytes(b"tampered")
    with pytest.raises(ChecksumMismatch, match=r"not the published plain-1\.2\.jar.*Delete the file"):
        ensure_jars(tmp_path / "cache", jars=list_jars(), repositories=remotes)
    assert not (tmp_path / "cache/org/example/plain/1.2/plain-1.2.jar").exists()


def test_a_jar_changed_in_the_cache_is_refused(tmp_path: Path, repository: Path) -> None:
    cache = shutil.copytree(repository, tmp_path / "cache")
    (cache / "org/example/plain/1.2/plain-1.2.jar").write_bytes(b"pla")
    with pytest.raises(ChecksumMismatch, match=r"plain-1\.2\.jar"):
        ensure_jars(cache, jars=list_jars())


def test_a_registry_out_of_reach_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed, match=r"could not be fetched.*proxy.*NEO4J_URI"):
        ensure_jars(tmp_path / "cache", jars=list_jars(), repositories={"nowhere": "http://127.0.0.1:9"})


def test_a_jar_no_registry_has_is_named(tmp_path: Path, remotes: dict[str, str]) -> None:
    jars = list_jars({"org/example/gone/3/gone-3.jar": b""})
    with pytest.raises(DownloadFailed, match=r"org\.example:gone:3"):
        ensure_jars(tmp_path / "cache", jars=jars, repositories=remotes)


def test_no_room_for_the_jars_is_said_before_fetching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")(10**9, 10**9 - 5_000_000, 5_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(DiskFull, match=r"130 MB.*5 MB are free"):
        ensure_jars(tmp_path / "cache", jars=list_jars(), repositories={"nowhere": "http://127.0.0.1:9"})
