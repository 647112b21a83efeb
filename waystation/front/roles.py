"""The roles that an installation starts with. They are data: an office changes them or adds its own."""

from typing import Final

SYSTEM: Final = "waystation"
"""The actor behind the command line and the worker."""

ROLES: Final[dict[str, list[str]]] = {
    "administrator": ["*"],
    "information_officer": ["*.see", "sharing.see_internal", "collect.*", "places.*", "tracking.*", "sharing.prepare"],
    "approver": ["*.see", "sharing.see_internal", "sharing.approve", "sharing.refuse", "sharing.withdraw"],
    "enumerator": ["places.see", "tracking.see", "collect.receive", "tracking.record_visits", "places.register_sites"],
    "manager": [
        "collect.*",
        "access.see",
        "access.add_actor",
        "access.rename",
        "access.give_shown_key",
        "access.give_pin",
        "access.revoke_key",
        "access.revoke_keys",
        "access.close_account",
        "access.grant",
        "access.withdraw",
    ],
    "viewer": ["collect.see"],
    "formfill": ["collect.receive"],
    "app-user": ["collect.receive"],
    "pub-link": ["collect.receive"],
    "reader": ["places.see", "tracking.see", "sharing.see"],
}
