"""Loads every role of a source tree with python-tuf and verifies it by its delegator.

From metadata/root.json down, in one process. Prints how many roles there were.
"""

import sys
from pathlib import Path

from tuf.api.metadata import Metadata


def main(folder: Path) -> int:
    root = load(folder, "root")
    root.verify_delegate("root", root)
    targets = load(folder, "targets")
    root.verify_delegate("targets", targets)
    waiting = [targets]
    count = 1
    while waiting:
        delegator = waiting.pop()
        if delegator.signed.delegations is None:
            continue
        for name in delegator.signed.delegations.roles:
            role = load(folder, name)
            delegator.verify_delegate(name, role)
            waiting.append(role)
            count += 1
    print(count)
    return 0


def load(folder: Path, role: str) -> Metadata:
    return Metadata.from_file(str(folder / f"{role}.json"))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
