"""Displaced people and returnees by location, in one round. Coordinates only as far as each site allows."""

from waystation.kernel.problems import _
from waystation.kernel.tables import Column
from waystation.places.queries import area_table, site_table
from waystation.places.templatetags.place_words import WORDS as PLACE_WORDS
from waystation.sharing.registry import Figure

from .. import queries
from ..templatetags.round_words import WORDS

figure = Figure(
    title=_("Displaced people by location"),
    columns=(
        Column("round", "count", hxl="#meta+round", label=_("Round")),
        Column("adm1_code", hxl="#adm1+code", label=_("Admin 1 code")),
        Column("adm1_name", hxl="#adm1+name", label=_("Admin 1")),
        Column("adm2_code", hxl="#adm2+code", label=_("Admin 2 code")),
        Column("adm2_name", hxl="#adm2+name", label=_("Admin 2")),
        Column("site", hxl="#loc+code", label=_("Code")),
        Column("site_name", hxl="#loc+name", label=_("Location")),
        Column("kind", hxl="#loc+type", label=_("Kind")),
        Column("latitude", "latitude", hxl="#geo+lat", label=_("Latitude")),
        Column("longitude", "longitude", hxl="#geo+lon", label=_("Longitude")),
        Column("outcome", hxl="#status+assessment", label=_("Outcome")),
        Column("households", "count", hxl="#affected+idps+hh", label=_("Displaced households"), shield="small"),
        Column("individuals", "count", hxl="#affected+idps+ind", label=_("Displaced people"), shield="small"),
        Column("returnees", "count", hxl="#affected+returnees+ind", label=_("Returnees"), shield="small"),
    ),
    parameters={"operation": _("code of the operation"), "round": _("number of the round")},
    totals_by=("adm1_code", "adm2_code"),
    areas=("adm1_code", "adm2_code"),
    basis=queries.basis,
    words={"methods": WORDS, "outcome": WORDS, "kind": PLACE_WORDS},
    way_back=("tracking:round", "{operation}-R{round}"),
    chart=("site_name", "individuals"),
    reads={"visits": queries.visits, "areas": area_table, "sites": site_table, "rounds": queries.round_table},
    sql="""
        select
            rounds.round,
            adm1_code,
            adm1_name,
            adm2_code,
            adm2_name,
            site,
            sites.name as site_name,
            sites.kind,
            sites.latitude,
            sites.longitude,
            outcome,
            households,
            individuals,
            returnees
        from visits
        join areas using (area)
        join sites using (site)
        cross join rounds
        order by adm1_code, adm2_code, site_name, site
    """,
)
