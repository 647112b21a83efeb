"""A country made up for measuring, always the same: as many sites, rounds and counts as are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import connection

from waystation.access import actions as access
from waystation.access.models import Actor
from waystation.access.queries import actor_called, role_called
from waystation.access.rules import new_key
from waystation.front import installation
from waystation.front.roles import SYSTEM
from waystation.places import actions as places
from waystation.places.actions import NewArea, NewSite
from waystation.places.models import Area, Site
from waystation.tracking import actions as tracking
from waystation.tracking.models import Operation, Round

STATES, COUNTIES = 10, 8
OUT_OF_REACH = 21
"""One location in so many could not be reached: there is no count of it, and two of every other."""

SITES = """
    insert into places_site
        (code, name, kind, type, status, area_id, scope, latitude, longitude, sensitivity)
    with recursive
    numbers(number) as (select %(first)s union all select number + 1 from numbers where number < %(last)s),
    counties as (select id, scope, row_number() over (order by scope) - 1 as place from places_area where level = 2)
    select
        'S-' || number,
        'Location ' || number,
        'host_community_location',
        '',
        'verified_open',
        counties.id,
        counties.scope || '/S-' || number,
        4.0 + (number %% 800) / 100.0,
        25.0 + (number %% 1000) / 100.0,
        'rounded'
    from numbers
    join counties on counties.place = number %% %(counties)s
"""
ASSESSMENTS = """
    insert into tracking_assessment (round_id, site_id, outcome, reason, day)
    with bench as (select id, cast(substr(code, 3) as bigint) as number from places_site where code like 'S-%%')
    select
        %(round)s,
        id,
        case
            when number %% 21 = 0 then 'not_accessible'
            when number %% 10 = 0 then 'carried_forward'
            else 'assessed'
        end,
        '',
        '2026-03-02'
    from bench
    where number between %(first)s and %(last)s
"""
COUNTS = """
    insert into tracking_count (assessment_id, "group", households, individuals, method, confidence)
    with
    bench as (select id, cast(substr(code, 3) as bigint) as number from places_site where code like 'S-%%'),
    groups(name, size) as (select 'idps', 5 union all select 'returnees', 6)
    select
        tracking_assessment.id,
        groups.name,
        1 + number * 7919 %% 997,
        (1 + number * 7919 %% 997) * groups.size + number %% 3,
        'ki_estimate',
        'c'
    from bench
    join tracking_assessment on tracking_assessment.site_id = bench.id
    cross join groups
    where number between %(first)s and %(last)s and outcome <> 'not_accessible'
"""


def country() -> Actor:
    """Ten states of eight counties, and the operation BENCH; by the operator, who is answered."""
    installation.prepare()
    by = actor_called(SYSTEM)
    states = [NewArea(f"SS{one:02}", 1, f"State {one}", f"/SSD/SS{one:02}", "SSD") for one in range(STATES)]
    counties = [
        NewArea(f"{state.pcode}{one:02}", 2, f"County {one}", f"{state.scope}/{state.pcode}{one:02}", state.pcode)
        for state in states
        for one in range(COUNTIES)
    ]
    places.load_areas(by=by, areas=[*states, *counties], release="Made up")
    tracking.open_operation(by=by, code="BENCH", name="Made up", scope="/SSD")
    return by


def rounds(by: Actor, number: int) -> list[Round]:
    """The first rounds of the operation."""
    operation = Operation.objects.get(code="BENCH")
    starts, ends = date(2026, 3, 1), date(2026, 3, 31)
    return [
        tracking.plan_round(by=by, operation=operation, number=one, starts=starts, ends=ends)
        for one in range(1, number + 1)
    ]


def sites(by: Actor, number: int) -> list[str]:
    """The codes of new sites, evenly over the counties; each also has a code of another system, `made-N`."""
    counties = list(Area.objects.filter(level=2).order_by("scope"))
    new = [
        NewSite(
            name=f"Location {one}",
            area=counties[one % len(counties)],
            kind="host_community_location",
            status="verified_open",
            since=date(2026, 1, 1),
            latitude=4 + one % 800 / 100,
            longitude=25 + one % 1000 / 100,
            codes=(("MADE", f"made-{one}"),),
        )
        for one in range(number)
    ]
    return [site.code for site in places.register_sites(by=by, sites=new)]


def phone(by: Actor) -> str:
    """The key of a phone that may send from anywhere in the country."""
    actor = access.add_actor(by=by, username="phone", name="Phone", kind="phone")
    access.grant(by=by, actor=actor, role=role_called("enumerator"), scope="/SSD")
    key = new_key()
    access.give_key(by=by, actor=actor, key=key)
    return key


def officer(by: Actor, password: str | None = None) -> Actor:
    """Who asks for figures and looks at pages: an information officer of the country."""
    actor = access.add_actor(by=by, username="officer", name="Officer", password=password)
    access.grant(by=by, actor=actor, role=role_called("information_officer"), scope="/SSD")
    return actor


def counts(round_: Round, number: int) -> None:
    """Bring a round up to so many counts, by SQL: a million take seconds, not minutes."""
    done = Site.objects.filter(code__startswith="S-").count()
    last = number // 2 * OUT_OF_REACH // (OUT_OF_REACH - 1)
    told = {"first": done + 1, "last": last, "round": round_.pk, "counties": STATES * COUNTIES}
    with connection.cursor() as cursor:
        for statement in (SITES, ASSESSMENTS, COUNTS):
            cursor.execute(statement, told)
        cursor.execute("analyze")  # a running PostgreSQL does so by itself, a little later


def area_pcodes() -> Iterable[str]:
    """The P-codes of the counties."""
    return Area.objects.filter(level=2, parent__pcode__startswith="SS").values_list("pcode", flat=True)
