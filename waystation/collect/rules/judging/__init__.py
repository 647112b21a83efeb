"""Judgement on arrival: every answer that breaks the form's own rules, found without refusing any."""

from .forms import NotJudged
from .judge import Finding, Judge, Rule

__all__ = ["Finding", "Judge", "NotJudged", "Rule"]
