"""Settings of the documentation build."""

import re
from pathlib import Path
from typing import Any

_SOURCE = Path(__file__).parent.parent / "src" / "custvalue" / "__init__.py"
_VERSION = re.search(r'^__version__ = "([^"]+)"', _SOURCE.read_text("utf-8"), re.MULTILINE)
if _VERSION is None:
    message = f'{_SOURCE} must hold a line __version__ = "…", got none'
    raise ValueError(message)

project = "custvalue"
author = "The custvalue developers"
copyright = f"2026, {author}"
release = version = _VERSION[1]

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
]
exclude_patterns = ["_build"]

# Pages are Markdown; headings can be linked to as `page.md#heading`.
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

# Docstrings are the reference. Types stand in the Parameters section, so signatures stay short.
autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_default_options = {"members": True, "undoc-members": True}
numpydoc_show_class_members = False

# Links within custvalue must lead somewhere; what others own is named, not linked (no network).
nitpicky = True
nitpick_ignore_regex = [("py:.*", r"(?!custvalue\b).*")]


def _hide_private_fields(_app: object, what: str, _name: str, obj: object, *_: object) -> object:
    """Show no call for a class that is never built from its fields by hand."""
    fields = getattr(obj, "__attrs_attrs__", ()) if what == "class" else ()
    private = any(field.init and field.name.startswith("_") for field in fields)
    return ("", None) if private else None


def setup(app: Any) -> None:  # noqa: ANN401 - Sphinx's application
    """Let Sphinx ask the above about every signature."""
    app.connect("autodoc-process-signature", _hide_private_fields)


html_theme = "furo"
html_title = f"custvalue {release}"
html_static_path = ["_static"]
html_copy_source = False
html_show_sphinx = False
