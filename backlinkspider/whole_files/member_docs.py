"""The docstrings under fields, which are the reference of columns and words: in the documentation and in workbooks."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap


def member_docs(cls: type) -> dict[str, str]:
    """Return the docstring under each field or member of a class."""
    body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    assert isinstance(body, ast.ClassDef)
    docs = {}
    for statement, following in zip(body.body, body.body[1:], strict=False):
        name = assigned_name(statement)
        if name and isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            docs[name] = inspect.cleandoc(str(following.value.value))
    return docs


def assigned_name(statement: ast.stmt) -> str | None:
    """Return the name that a statement of a class or module gives a value or type."""
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return statement.target.id
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        return statement.targets[0].id
    return None


def split_example(doc: str) -> tuple[str, str]:
    """Split a docstring into its sentences and the example value that may stand behind them.

    >>> split_example("The site of the page. `magazine.example`")
    ('The site of the page.', '`magazine.example`')
    """
    text = " ".join(doc.split())
    example = re.search(r"(?<=[.)]) (`[^`]+`)$", text)
    return (text[: example.start()], example[1]) if example else (text, "")
