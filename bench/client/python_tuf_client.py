"""`python python_tuf_client.py METADATA TARGETS URL [TARGETPATH…]`, by python-tuf's ngclient.

One updater, refreshed, and the targets one after the other.
"""

import sys

from tuf.ngclient import Updater


def main(metadata: str, targets: str, url: str, *paths: str) -> None:
    updater = Updater(
        metadata_dir=metadata,
        metadata_base_url=f"{url}/metadata",
        target_dir=targets,
        target_base_url=f"{url}/targets",
        bootstrap=None,
    )
    updater.refresh()
    for path in paths:
        info = updater.get_targetinfo(path)
        if info is None:
            sys.exit(f"no target {path}")
        updater.download_target(info)


if __name__ == "__main__":
    main(*sys.argv[1:])
