"""Change between two rounds on the panel of locations assessed in both, apart from change of coverage."""

from waystation.kernel.problems import _
from waystation.kernel.tables import Column
from waystation.places.queries import area_table
from waystation.sharing.registry import Figure

from .. import queries
from ..templatetags.round_words import WORDS

figure = Figure(
    title=_("Change since the round before, same locations"),
    columns=(
        Column("adm1_code", hxl="#adm1+code", label=_("Admin 1 code")),
        Column("adm1_name", hxl="#adm1+name", label=_("Admin 1")),
        Column("adm2_code", hxl="#adm2+code", label=_("Admin 2 code")),
        Column("adm2_name", hxl="#adm2+name", label=_("Admin 2")),
        Column("panel_locations", "count", hxl="#loc+num+panel", label=_("Locations assessed in both")),
        Column("before", "count", hxl="#affected+idps+ind+before", label=_("People there before"), shield="small"),
        Column("now", "count", hxl="#affected+idps+ind+now", label=_("People there now"), shield="small"),
        Column("change", "count", hxl="#affected+idps+ind+change", label=_("Change"), shield="follows"),
        Column("gained_locations", "count", hxl="#loc+num+gained", label=_("Locations only in this round")),
        Column("gained", "count", hxl="#affected+idps+ind+gained", label=_("People there"), shield="small"),
        Column("lost_locations", "count", hxl="#loc+num+lost", label=_("Locations only in the round before")),
        Column("lost", "count", hxl="#affected+idps+ind+lost", label=_("People counted there before"), shield="small"),
    ),
    parameters={
        "operation": _("code of the operation"),
        "round": _("number of the round"),
        "since": _("number of the round to compare with"),
        "level": _("level of areas: 0, 1 or 2"),
    },
    defaults={"level": "2"},
    totals_by=("adm1_code",),
    areas=("adm1_code", "adm2_code"),
    basis=queries.basis,
    words={"methods": WORDS},
    way_back=("tracking:round", "{operation}-R{round}"),
    chart=("adm2_name", "change"),
    reads={"visits": queries.visits, "visits_before": queries.visits_before, "areas": area_table},
    sql="""
        with both_rounds as (
            -- a figure carried forward is no new observation: such a location is in neither round's panel
            select
                coalesce(now.area, before.area) as area,
                now.site is not null and before.site is not null as in_panel,
                now.site as now_site,
                now.individuals as now_people,
                before.individuals as before_people
            from (select * from visits where outcome = 'assessed') as now
            full join (select * from visits_before where outcome = 'assessed') as before using (site)
        )
        select
            adm1_code,
            any_value(adm1_name) as adm1_name,
            adm2_code,
            any_value(adm2_name) as adm2_name,
            count(*) filter (in_panel) as panel_locations,
            (sum(before_people) filter (in_panel))::bigint as before,
            (sum(now_people) filter (in_panel))::bigint as now,
            (sum(now_people - before_people) filter (in_panel))::bigint as change,
            count(*) filter (not in_panel and now_site is not null) as gained_locations,
            (sum(now_people) filter (not in_panel))::bigint as gained,
            count(*) filter (not in_panel and now_site is null) as lost_locations,
            (sum(before_people) filter (not in_panel))::bigint as lost
        from both_rounds
        join areas using (area)
        group by adm1_code, adm2_code
        order by adm1_code, adm2_code
    """,
)
