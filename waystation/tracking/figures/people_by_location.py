"""Displaced people and returnees by location, in one round. Coordinates only as far as each site allows."""

from waystation.kernel.tables import Column
from waystation.places.queries import area_table, site_table
from waystation.sharing.registry import Figure

from .. import queries

figure = Figure(
    title="Displaced people by location",
    columns=(
        Column("round", "count", hxl="#meta+round", label="Round"),
        Column("adm1_code", hxl="#adm1+code", label="State code"),
        Column("adm1_name", hxl="#adm1+name", label="State"),
        Column("adm2_code", hxl="#adm2+code", label="County code"),
        Column("adm2_name", hxl="#adm2+name", label="County"),
        Column("site", hxl="#loc+code", label="Code"),
        Column("site_name", hxl="#loc+name", label="Location"),
        Column("kind", hxl="#loc+type", label="Kind"),
        Column("latitude", "latitude", hxl="#geo+lat", label="Latitude"),
        Column("longitude", "longitude", hxl="#geo+lon", label="Longitude"),
        Column("outcome", hxl="#status+assessment", label="Outcome"),
        Column("households", "count", hxl="#affected+idps+hh", label="Displaced households", shield="small"),
        Column("individuals", "count", hxl="#affected+idps+ind", label="Displaced people", shield="small"),
        Column("returnees", "count", hxl="#affected+returnees+ind", label="Returnees", shield="small"),
    ),
    parameters={"operation": "code of the operation", "round": "number of the round"},
    totals_by=("adm1_code", "adm2_code"),
    areas=("adm1_code", "adm2_code"),
    basis=queries.basis,
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
