"""Everything public, walked, and its numpydoc docstring, taken apart."""

import ast
import importlib
import inspect
import pkgutil
import re
import textwrap

import attrs

import custvalue as cv

MODULES = {
    module.name: importlib.import_module(f"custvalue.{module.name}")
    for module in pkgutil.iter_modules(cv.__path__)
    if not module.name.startswith("_")
}
HEADING = re.compile(r"^(\w[\w ]*)\n-{3,}\n", re.MULTILINE)
STARS = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}


@attrs.frozen(eq=False)
class Public:
    """Something public: the name a user writes, what stands there, and where."""

    name: str
    thing: object
    is_member: bool = False

    @property
    def function(self):
        """What is called, or the getter of a property."""
        return getattr(self.thing, "fget", None) or getattr(self.thing, "__func__", self.thing)

    @property
    def kind(self):
        """One of class, property, function and data; a method is a function."""
        if inspect.isclass(self.thing):
            return "class"
        if isinstance(self.thing, property):
            return "property"
        return "function" if inspect.isfunction(self.function) else "data"

    @property
    def sections(self):
        """The docstring, text by section; what stands above the first is under ""."""
        text = "" if self.kind == "data" else inspect.getdoc(self.function) or ""
        head, *rest = HEADING.split(text)
        return {"": head.strip()} | dict(zip(rest[::2], rest[1::2], strict=True))

    @property
    def told(self):
        """What the docstring says one passes or reads: name to (type, description)."""
        return {
            **entries(self.sections.get("Parameters", "")),
            **entries(self.sections.get("Attributes", "")),
        }

    @property
    def parameters(self):
        """The names one may pass and their defaults, in order; ``**measures`` has its stars."""
        given = inspect.signature(self.function).parameters.values()
        private = {
            field.alias
            for field in getattr(self.thing, "__attrs_attrs__", ())
            if field.name.startswith("_")
        }
        return {
            STARS.get(parameter.kind, "") + parameter.name: parameter.default
            for parameter in given
            if parameter.name not in {"self", "cls", *private}
        }

    @property
    def fields(self):
        """The fields an attrs class adds to those it inherits, and that may be read."""
        fields = getattr(self.thing, "__attrs_attrs__", ())
        return [f.name for f in fields if not (f.name.startswith("_") or f.inherited)]

    @property
    def raised(self):
        """The errors its own body raises; of a class, those of building one."""
        body = self.function
        if self.kind == "class":
            body = vars(self.thing).get("__attrs_post_init__")
        if body is None:
            return set()
        tree = ast.parse(textwrap.dedent(inspect.getsource(body)))
        raises = [node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise)]
        return {call.func.id for call in raises if isinstance(call, ast.Call)}


def offered_by(module):
    """Return what a module offers: `__all__`, or the classes and functions defined in it."""
    return getattr(module, "__all__", None) or [
        name
        for name, thing in vars(module).items()
        if not name.startswith("_") and getattr(thing, "__module__", "") == module.__name__
    ]


def walk():
    """Return all that is public, each thing once, by its shortest name."""
    found = {}
    for prefix, module in {"": cv, **MODULES}.items():
        for short in offered_by(module):
            thing = getattr(module, short)
            if inspect.ismodule(thing) or any(thing is public.thing for public in found.values()):
                continue
            name = f"{prefix}.{short}".removeprefix(".")
            found[name] = Public(name, thing)
            if inspect.isclass(thing):
                found |= {member.name: member for member in _members(name, thing)}
    return list(found.values())


def _members(owner, cls):
    """Yield the methods and properties of a class that custvalue itself defines."""
    for name in dir(cls):
        home = next((base for base in cls.__mro__ if name in vars(base)), type)
        member = Public(f"{owner}.{name}", vars(home).get(name), is_member=True)
        ours = home.__module__.startswith("custvalue") and not name.startswith("_")
        if ours and member.kind in ("function", "property"):
            yield member


def entries(section):
    """Return the entries of a Parameters or Attributes section: name to (type, description).

    Names that share an entry, as in ``after, until : date``, each have it.
    """
    found = {}
    for block in re.split(r"\n(?=\S)", section.strip()) if section.strip() else []:
        head, _, description = block.partition("\n")
        names, _, kind = head.partition(" : ")
        found |= dict.fromkeys(names.split(", "), (kind, " ".join(description.split())))
    return found


def resolve(name):
    """Return what a dotted name stands for, importing what has to be."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            thing = importlib.import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for part in parts[end:]:
            thing = getattr(thing, part)
        return thing
    msg = f"no module of that name: {name}"
    raise AttributeError(msg)


PUBLIC = walk()
