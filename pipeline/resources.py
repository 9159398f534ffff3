"""Where the SQL, the templates and the sample archive lie, installed or in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource_dir(name: str) -> Path:
    """Find the folder `name` (`sql`, `reports`, `sample_data`).

    An installed wheel carries it inside the package, a checkout beside it; the installed
    place is looked at first, so that another distribution's folder is never picked up.

    Raises:
        FileNotFoundError: the folder is in neither place, so the installation is broken.

    """
    for base in (_PACKAGE, _PACKAGE.parent):
        if (base / name).is_dir():
            return base / name
    raise FileNotFoundError(f"{name}/ is missing: reinstall msgaudit")
