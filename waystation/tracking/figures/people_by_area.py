"""Displaced people and returnees by area, in one round."""

from waystation.kernel.problems import _
from waystation.kernel.tables import Column
from waystation.places.queries import area_table
from waystation.sharing.registry import Figure

from .. import queries
from ..templatetags.round_words import WORDS

figure = Figure(
    title=_("Displaced people by area"),
    columns=(
        Column("round", "count", hxl="#meta+round", label=_("Round")),
        Column("adm1_code", hxl="#adm1+code", label=_("Admin 1 code")),
        Column("adm1_name", hxl="#adm1+name", label=_("Admin 1")),
        Column("adm2_code", hxl="#adm2+code", label=_("Admin 2 code")),
        Column("adm2_name", hxl="#adm2+name", label=_("Admin 2")),
        Column("locations", "count", hxl="#loc+num+planned", label=_("Locations")),
        Column("assessed", "count", hxl="#loc+num+assessed", label=_("Locations assessed")),
        Column("carried_forward", "count", hxl="#loc+num+carried", label=_("Locations carried forward")),
        Column("not_assessed", "count", hxl="#loc+num+notassessed", label=_("Locations not assessed")),
        Column("households", "count", hxl="#affected+idps+hh", label=_("Displaced households"), shield="small"),
        Column("individuals", "count", hxl="#affected+idps+ind", label=_("Displaced people"), shield="small"),
        Column("returnees", "count", hxl="#affected+returnees+ind", label=_("Returnees"), shield="small"),
    ),
    parameters={
        "operation": _("code of the operation"),
        "round": _("number of the round"),
        "level": _("level of areas: 0, 1 or 2"),
    },
    defaults={"level": "2"},
    totals_by=("adm1_code",),
    areas=("adm1_code", "adm2_code"),
    basis=queries.basis,
    words={"methods": WORDS},
    way_back=("tracking:round", "{operation}-R{round}"),
    chart=("adm2_name", "individuals"),
    reads={"visits": queries.visits_by_area, "areas": area_table, "rounds": queries.round_table},
    sql="""
        select
            any_value(rounds.round) as round,
            adm1_code,
            any_value(adm1_name) as adm1_name,
            adm2_code,
            any_value(adm2_name) as adm2_name,
            sum(locations)::bigint as locations,
            coalesce(sum(locations) filter (outcome = 'assessed'), 0)::bigint as assessed,
            coalesce(sum(locations) filter (outcome = 'carried_forward'), 0)::bigint as carried_forward,
            coalesce(sum(locations) filter (outcome not in ('assessed', 'carried_forward')), 0)::bigint as not_assessed,
            -- a sum over nothing is null, not zero: an area that nobody could assess stays without a number
            sum(households)::bigint as households,
            sum(individuals)::bigint as individuals,
            sum(returnees)::bigint as returnees
        from visits
        join areas using (area)
        cross join rounds
        group by adm1_code, adm2_code
        order by adm1_code, adm2_code
    """,
)
