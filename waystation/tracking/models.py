"""Operations, their rounds, and what was found at each site in each round."""

from __future__ import annotations

from django.db import models

from waystation.access.models import ScopeField
from waystation.collect.models import Submission
from waystation.places.models import Area, Site

from .rules import CONFIDENCES, GROUPS, METHODS, OUTCOMES


class Operation(models.Model):
    """One crisis that is tracked in one country, round after round."""

    known_by = "code"

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    scope = ScopeField(db_index=True)
    is_open = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.code


class Round(models.Model):
    """One time that the sites of an operation were visited."""

    known_by = "code"

    code = models.CharField(max_length=60, unique=True, help_text="Of the operation and the number, such as SSD-R11.")
    operation = models.ForeignKey(Operation, models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    starts = models.DateField()
    ends = models.DateField()
    methodology = models.TextField(blank=True, help_text="How the numbers were had, and their limits; published along.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["operation", "number"], name="tracking_one_round_a_number"),
            models.CheckConstraint(condition=models.Q(ends__gte=models.F("starts")), name="tracking_round_ends_last"),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.number}"

    @property
    def scope(self) -> str:
        """Where it takes place."""
        return self.operation.scope


class Assessment(models.Model):
    """How one site fared in one round."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="assessments")
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=20, choices=[(outcome, outcome) for outcome in OUTCOMES])
    reason = models.CharField(max_length=200, blank=True)
    carried_from = models.PositiveSmallIntegerField(null=True, help_text="The round whose figure is carried forward.")
    day = models.DateField(null=True)
    source = models.ForeignKey(Submission, models.PROTECT, null=True, related_name="+")
    source_row = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "site"], name="tracking_assessed_once")]

    def __str__(self) -> str:
        return f"{self.site} in {self.round}"

    @property
    def idp_count(self) -> Count | None:
        """The displaced people counted; None where nobody could count, which is not zero."""
        return self._count("idps")

    @property
    def returnee_count(self) -> Count | None:
        """The returnees counted, likewise."""
        return self._count("returnees")

    def _count(self, group: str) -> Count | None:
        return next((count for count in self.counts.all() if count.group == group), None)


class Count(models.Model):
    """How many people of one group were found."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="counts")
    group = models.CharField(max_length=20, choices=[(group, group) for group in GROUPS])
    households = models.PositiveIntegerField(null=True)
    individuals = models.PositiveIntegerField()
    method = models.CharField(max_length=20, choices=[(method, method) for method in METHODS])
    confidence = models.CharField(max_length=1, blank=True, choices=[(letter, letter) for letter in CONFIDENCES])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assessment", "group"], name="tracking_one_count_a_group")]

    def __str__(self) -> str:
        return f"{self.individuals} {self.group}"


class ReportedTotal(models.Model):
    """What somebody reported for a whole area: held beside the sum of its locations, never added to it."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="totals")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    group = models.CharField(max_length=20, choices=[(group, group) for group in GROUPS])
    individuals = models.PositiveIntegerField()
    source = models.ForeignKey(Submission, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "area", "group"], name="tracking_one_total_an_area")]

    def __str__(self) -> str:
        return f"{self.individuals} {self.group} in {self.area}"
