"""Releases of areas, areas, their boundaries; sites with their names, codes and history. Each carries its scope."""

from __future__ import annotations

from django.db import models

from waystation.access.models import Actor, ScopeField
from waystation.collect.models import Submission

from .rules import LOCATION_KINDS, SENSITIVITIES, SITE_TYPES, STATUSES


class Release(models.Model):
    """One edition of a list of areas or boundaries, as an office of statistics gave it out."""

    name = models.CharField(max_length=200)
    licence = models.CharField(max_length=200, blank=True)
    source = models.ForeignKey(Submission, models.PROTECT, null=True, related_name="+")
    loaded_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Area(models.Model):
    """One administrative area, known by its P-code; level 0 is a country, known by ISO 3166-1 alpha-3."""

    known_by = "pcode"

    pcode = models.CharField(max_length=40, unique=True)
    level = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    names = models.JSONField(default=dict, help_text="Names by language, such as {'fr': 'Djouba'}.")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    scope = ScopeField(unique=True)

    class Meta:
        indexes = [models.Index(fields=["level", "scope"], name="places_area_level")]

    def __str__(self) -> str:
        return f"{self.name} ({self.pcode})"

    def name_in(self, language: str) -> str:
        """Its name in a language such as fr or pt-br, where a release gives one; else the name of the release."""
        return str(self.names.get(language.partition("-")[0], self.name))


class Listing(models.Model):
    """What one release says of one area: the tree as it was then."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="listings")
    area = models.ForeignKey(Area, models.PROTECT, related_name="listings")
    name = models.CharField(max_length=200)
    parent_pcode = models.CharField(max_length=40, blank=True)
    valid_from = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "area"], name="places_listed_once")]

    def __str__(self) -> str:
        return f"{self.area} in {self.release}"


class Boundary(models.Model):
    """The outline of an area in one release. One whose code matches no area is kept, joined to nothing."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="boundaries")
    pcode = models.CharField(max_length=40)
    name = models.CharField(max_length=200, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="boundaries")
    geometry = models.JSONField(help_text="As it was given: GeoJSON, WGS 84.")
    outline = models.JSONField(help_text="The same, simplified together with its neighbours, for maps.")
    longitude = models.FloatField(help_text="Of a point inside, for a symbol.")
    latitude = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "pcode"], name="places_one_outline_a_release")]

    def __str__(self) -> str:
        return f"boundary of {self.pcode}"


class Site(models.Model):
    """A place where displaced people stay: a camp, a centre, or a village that hosts them."""

    known_by = "code"

    code = models.CharField(max_length=12, unique=True, help_text="Ours, opaque, the same for ever.")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=40, choices=[(kind, kind) for kind in LOCATION_KINDS])
    type = models.CharField(
        max_length=40, blank=True, choices=[(type_, type_) for type_ in SITE_TYPES], help_text="CCCM global typology."
    )
    status = models.CharField(max_length=30, choices=[(status, status) for status in STATUSES])
    area = models.ForeignKey(Area, models.PROTECT, related_name="sites")
    scope = ScopeField(unique=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    sensitivity = models.CharField(
        max_length=12,
        choices=[(level, level) for level in SENSITIVITIES],
        default="internal",
        help_text="Who may see the coordinates.",
    )
    source = models.ForeignKey(Submission, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["name"], name="places_site_name"),
            models.Index(fields=["latitude", "longitude"], name="places_site_point"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class SiteName(models.Model):
    """Another name of a site, in its own script."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="names")
    text = models.CharField(max_length=200, db_index=True)
    language = models.CharField(max_length=12, blank=True)

    def __str__(self) -> str:
        return self.text


class SiteCode(models.Model):
    """What others call a site: a code of some system, such as the SSID of displacement tracking."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="codes")
    system = models.CharField(max_length=40)
    code = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "system"], name="places_one_site_a_code")]

    def __str__(self) -> str:
        return f"{self.system} {self.code}"


class SiteStatus(models.Model):
    """One change in the life of a site."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="history")
    status = models.CharField(max_length=30)
    since = models.DateField()
    reason = models.CharField(max_length=300, blank=True)
    noted_by = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.status} since {self.since}"
