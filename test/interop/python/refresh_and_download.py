"""Refreshes from a TUF repository and downloads targets with python-tuf, then says what it saw.

On stdout one JSON object: {"client", "versions": {role: version}, "targets": {path: file}}, or
{"client", "refusal"} with the name of python-tuf's error, and exit status 1.
"""

import argparse
import json
import sys
from pathlib import Path
from urllib.parse import unquote

import tuf
from tuf.api.exceptions import DownloadError, RepositoryError
from tuf.api.metadata import Metadata
from tuf.ngclient import Updater


def main() -> int:
    options = parse_options()
    report = {"client": f"python-tuf {tuf.__version__}"}
    try:
        report |= pull(options)
    except (RepositoryError, DownloadError) as error:
        report["refusal"] = type(error).__name__
        print(error, file=sys.stderr)
    print(json.dumps(report))
    return 1 if "refusal" in report else 0


def pull(options: argparse.Namespace) -> dict:
    """One run of the client workflow; the metadata folder holds what earlier runs trusted."""
    updater = Updater(
        metadata_dir=str(options.metadata_dir),
        metadata_base_url=options.metadata_url,
        target_dir=str(options.target_dir),
        target_base_url=options.target_url,
        bootstrap=options.root.read_bytes(),
    )
    updater.refresh()
    targets = {path: download(updater, path) for path in options.targets}
    return {"versions": trusted_versions(options.metadata_dir), "targets": targets}


def download(updater: Updater, path: str) -> "str | None":
    """The file that the target was written to, or None when no role lists it."""
    info = updater.get_targetinfo(path)
    return None if info is None else updater.download_target(info)


def trusted_versions(metadata_dir: Path) -> dict:
    files = sorted(metadata_dir.glob("*.json"))
    return {unquote(file.stem): Metadata.from_file(str(file)).signed.version for file in files}


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, required=True, help="the root to trust first")
    parser.add_argument("--metadata-dir", type=Path, required=True)
    parser.add_argument("--metadata-url", required=True)
    parser.add_argument("--target-dir", type=Path, required=True)
    parser.add_argument("--target-url", required=True)
    parser.add_argument("targets", nargs="*", metavar="TARGETPATH")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
