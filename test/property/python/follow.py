"""Follows repositories with python-tuf, one JSON line in and one out for each request.

begin: {"pinned", "generations": [{"files", "targets"}]} updates one client through the generations
of a repository and keeps a copy of its cache after each; answers {}.
follow: {"files", "targets"} updates to a newer generation from the pinned root alone and from each
of those caches; answers {"outcomes": [{"refusal"} or {"targets": {path: sha256 or null}}]}.

Bytes are in base64, files by their decoded path below the server's content URL. The argument is a
folder for the caches.
"""

import hashlib
import json
import shutil
import sys
import tempfile
from base64 import b64decode
from pathlib import Path
from urllib.parse import unquote

from tuf.api.exceptions import DownloadError, DownloadHTTPError, RepositoryError
from tuf.ngclient import FetcherInterface, Updater
from urllib3.util import parse_url

BASE = "http://repository.example"


class MemoryFetcher(FetcherInterface):
    """A server that answers from memory, after reading the URL as a server would."""

    def __init__(self, files):
        self.files = files

    def _fetch(self, url):
        content = self.files.get(unquote(parse_url(url).path)[1:])
        if content is None:
            raise DownloadHTTPError(url, 404)
        return iter([content])


class Caches:
    """What a client that trusts one pinned root held after each generation; first: nothing."""

    def __init__(self, top, pinned, generations):
        self.pinned = pinned
        self.starts = [top / "0"]
        self.starts[0].mkdir()
        for generation in generations:
            folder = top / str(len(self.starts))
            shutil.copytree(self.starts[-1], folder, symlinks=True)
            self.starts.append(folder)
            pull(folder, pinned, generation)

    def follow(self, generation):
        return [self.outcome(start, generation) for start in self.starts]

    def outcome(self, start, generation):
        with tempfile.TemporaryDirectory(dir=start.parent) as folder:
            shutil.copytree(start, folder, symlinks=True, dirs_exist_ok=True)
            try:
                return {"targets": pull(Path(folder), self.pinned, generation)}
            except (RepositoryError, DownloadError, ValueError, KeyError, TypeError) as error:
                return {"refusal": f"{type(error).__name__}: {error}"}


def pull(folder, pinned, generation):
    """One run of the client workflow: refresh, look up and download every target."""
    files = {path: b64decode(content) for path, content in generation["files"].items()}
    updater = Updater(
        metadata_dir=str(folder),
        metadata_base_url=f"{BASE}/metadata",
        target_dir=str(folder),
        target_base_url=f"{BASE}/targets",
        fetcher=MemoryFetcher(files),
        bootstrap=pinned,
    )
    updater.refresh()
    return {path: fetch(updater, path, folder / "target") for path in generation["targets"]}


def fetch(updater, path, file):
    info = updater.get_targetinfo(path)
    if info is None:
        return None
    updater.download_target(info, str(file))
    return hashlib.sha256(file.read_bytes()).hexdigest()


def main():
    caches = None
    for count, line in enumerate(sys.stdin):
        request = json.loads(line)
        if request["op"] == "begin":
            folder = Path(sys.argv[1], str(count))
            folder.mkdir()
            caches = Caches(folder, b64decode(request["pinned"]), request["generations"])
            answer = {}
        else:
            answer = {"outcomes": caches.follow(request)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
