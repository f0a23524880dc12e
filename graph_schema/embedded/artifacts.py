"""The published Neo4j Community jars: fetched by their Maven coordinates, trusted by a checked-in list of checksums.

``artifacts.sha256`` names each jar by its path in a Maven repository, in the format of ``sha256sum``. Nothing but these
files is fetched and nothing is resolved at run time, so a start does not depend on anything that moves. The folder of
jars is itself laid out as a Maven repository: ``sha256sum -c artifacts.sha256`` inside it checks it without Skillway.

To move to another Neo4j version, change ``NEO4J_VERSION`` and run ``python -m graph_schema.embedded.artifacts``: it
resolves the coordinates anew, fetches every jar into a temporary folder and rewrites the list.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from graph_schema.errors import ChecksumMismatch, DiskFull, DownloadFailed

NEO4J_VERSION = "5.26.19"
COORDINATES = (f"org.neo4j:neo4j:{NEO4J_VERSION}", f"org.neo4j:neo4j-bolt:{NEO4J_VERSION}")

_LIST_FILE = Path(__file__).with_name("artifacts.sha256")
_DOWNLOADS_AT_ONCE = 8
_BYTES_OF_ALL_JARS = 130_000_000

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Jar:
    """One published file."""

    path: PurePosixPath
    """Where it lies in any Maven repository: ``org/neo4j/neo4j/5.26.19/neo4j-5.26.19.jar``."""
    sha256: str

    @property
    def coordinate(self) -> str:
        """The Maven coordinate ``group:artifact:version``, with ``:classifier`` when the file has one."""
        *group, artifact, version = self.path.parent.parts
        classifier = self.path.stem.removeprefix(f"{artifact}-{version}").replace("-", ":", 1)
        return f"{'.'.join(group)}:{artifact}:{version}{classifier}"


def read_jar_list() -> tuple[Jar, ...]:
    """The jars that make up the server, with the checksums of the published files."""
    lines = _LIST_FILE.read_text(encoding="ascii").splitlines()
    return tuple(Jar(PurePosixPath(path), sha256) for sha256, path in (line.split() for line in lines))


def ensure_jars(
    cache: Path,
    *,
    jars: Iterable[Jar] | None = None,
    repositories: Mapping[str, str] | None = None,
    on_progress: Progress | None = None,
) -> tuple[Path, ...]:
    """The class path of the server: every listed jar, fetched when missing and checked in full every time.

    Args:
        cache: The folder of jars, shared by all servers of this user.
        jars: The files wanted; the checked-in list by default.
        repositories: Maven repositories by name; Maven Central and those of the user's jgo configuration by default.
        on_progress: Told in a sentence how far a download is.

    Raises:
        ChecksumMismatch: A file is not the published one.
        DownloadFailed: No repository gave a missing file.
        DiskFull: No room for the missing files.
    """
    wanted = tuple(read_jar_list() if jars is None else jars)
    missing = [jar for jar in wanted if not (cache / jar.path).is_file()]
    if missing:
        _fetch_jars(missing, cache, repositories, on_progress or _say_nothing)
    for jar in wanted:
        _check_jar(cache / jar.path, jar)
    return tuple(cache / jar.path for jar in wanted)


def hash_file(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _say_nothing(_: str) -> None: ...


def _check_jar(file: Path, jar: Jar) -> None:
    found = hash_file(file)
    if found != jar.sha256:
        raise ChecksumMismatch(
            f"{file} is not the published {jar.path.name}: its SHA-256 is {found}, expected {jar.sha256}. "
            "Nothing was started. Delete the file and try again; if it comes back the same, "
            "what answers for the package registry is not to be trusted"
        )


def _fetch_jars(missing: list[Jar], cache: Path, repositories: Mapping[str, str] | None, on_progress: Progress) -> None:
    import requests

    try:
        cache.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(cache).free
    except OSError as error:
        raise DownloadFailed(f"{cache} cannot be made ({error.strerror}): choose another cache folder") from error
    if len(missing) > 1 and free < _BYTES_OF_ALL_JARS:
        raise DiskFull(
            f"the Neo4j jars need {_BYTES_OF_ALL_JARS // 1_000_000} MB in {cache}, "
            f"{free // 1_000_000} MB are free: make room or choose another cache folder"
        )
    on_progress(f"fetching Neo4j {NEO4J_VERSION} (once, {len(missing)} files)")
    # A jar enters the cache by a rename after its check, so an interrupted download leaves nothing half there.
    with tempfile.TemporaryDirectory(prefix="fetch-", dir=cache) as folder:
        staging = Path(folder)
        with ThreadPoolExecutor(_DOWNLOADS_AT_ONCE) as pool:
            downloads = {pool.submit(_download_jar, jar, staging, repositories): jar for jar in missing}
            for done, download in enumerate(as_completed(downloads), start=1):
                jar = downloads[download]
                try:
                    file = download.result()
                except (requests.RequestException, RuntimeError, OSError) as error:
                    pool.shutdown(cancel_futures=True)
                    raise DownloadFailed(
                        f"{jar.coordinate} could not be fetched ({_name_cause(error)}): check the connection and the "
                        "proxy settings, or name a reachable Maven repository in jgo's configuration "
                        "([repositories] central = URL), or set NEO4J_URI to a server that runs already"
                    ) from error
                _check_jar(file, jar)
                target = cache / jar.path
                target.parent.mkdir(parents=True, exist_ok=True)
                file.replace(target)
                if done % 25 == 0:
                    on_progress(f"fetching Neo4j {NEO4J_VERSION}: {done} of {len(missing)} files")


def _name_cause(error: BaseException) -> str:
    text = str(error) or type(error).__name__
    return text if len(text) <= 300 else text[:300] + "…"


def _download_jar(jar: Jar, folder: Path, repositories: Mapping[str, str] | None) -> Path:
    from jgo.config import GlobalSettings
    from jgo.constants import MAVEN_CENTRAL_URL
    from jgo.maven import MavenContext

    remotes = {"central": MAVEN_CENTRAL_URL} | GlobalSettings.load().repositories
    context = MavenContext(
        repo_cache=folder, remote_repos=dict(remotes if repositories is None else repositories), timeout=60
    )
    return context.create_dependency(jar.coordinate).artifact.resolve()


def regenerate_list() -> int:
    """Resolve the coordinates anew, fetch every jar and rewrite the checked-in list; returns the number of jars."""
    import jgo

    with tempfile.TemporaryDirectory() as folder:
        listed: list[Jar] = []
        for artifact in jgo.resolve("+".join(COORDINATES)):
            prefix = PurePosixPath(artifact.component.path_prefix.as_posix())
            jar = Jar(prefix / artifact.filename, "")
            listed.append(Jar(jar.path, hash_file(_download_jar(jar, Path(folder), None))))
    text = "".join(f"{jar.sha256}  {jar.path}\n" for jar in sorted(listed, key=lambda jar: str(jar.path)))
    _LIST_FILE.write_text(text, encoding="ascii")
    return len(listed)


if __name__ == "__main__":
    print(f"{regenerate_list()} jars listed in {_LIST_FILE}")  # noqa: T201
