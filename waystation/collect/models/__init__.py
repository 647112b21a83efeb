"""Rows of collect."""

from .cleanings import Cleaned, Cleaning
from .entities import EarlyChange, Entity, EntityList, EntityProperty, EntityVersion, FormList
from .phones import Device, PublicLink
from .projects import LONGEST_FILE_NAME, LONGEST_VERSION, Form, FormFile, FormVersion, Project
from .submissions import LONGEST_INSTANCE, Attachment, Comment, Correction, Doubt, Edition, Submission
from .webhooks import Delivery, Webhook

__all__ = [
    "LONGEST_FILE_NAME",
    "LONGEST_INSTANCE",
    "LONGEST_VERSION",
    "Attachment",
    "Cleaned",
    "Cleaning",
    "Comment",
    "Correction",
    "Delivery",
    "Device",
    "Doubt",
    "EarlyChange",
    "Edition",
    "Entity",
    "EntityList",
    "EntityProperty",
    "EntityVersion",
    "Form",
    "FormFile",
    "FormList",
    "FormVersion",
    "Project",
    "PublicLink",
    "Submission",
    "Webhook",
]
