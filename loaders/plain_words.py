"""Validation errors of pydantic, said for people who keep spreadsheets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic_core import ErrorDetails

_SENTENCES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda _: "must be given",
    "float_parsing": lambda _: "must be a number, with a point before decimals",
    "float_type": lambda _: "must be a number",
    "int_parsing": lambda _: "must be a whole number",
    "int_from_float": lambda _: "must be a whole number",
    "finite_number": lambda _: "must be a finite number",
    "bool_parsing": lambda _: "must be true or false",
    "bool_type": lambda _: "must be true or false",
    "literal_error": lambda context: f"must be one of {str(context['expected']).replace(' or ', ', ')}",
    "greater_than": lambda context: f"must be more than {context['gt']:g}",
    "greater_than_equal": lambda context: f"must be at least {context['ge']:g}",
    "less_than": lambda context: f"must be less than {context['lt']:g}",
    "less_than_equal": lambda context: f"must be at most {context['le']:g}",
    "value_error": lambda context: str(context["error"]),
}


def say_error(error: ErrorDetails) -> str:
    """Return what is wrong with one value, as the end of a sentence that begins with the column."""
    sentence = _SENTENCES.get(error["type"])
    return sentence(error.get("ctx", {})) if sentence else error["msg"].lower()
