"""A site is reported: a camp, a centre, or a village that hosts displaced people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from waystation.access.models import Actor
from waystation.collect.registry import Answers, Intake, read_all
from waystation.kernel.problems import Gathering, Problem, _

from .. import actions, queries
from ..actions import NewSite
from ..models import Area, Boundary, Site
from ..problems import CodeTwice, KnownSite, NoSuchArea, OutsideArea, SwappedCoordinates
from ..rules import LOCATION_KINDS, SENSITIVITIES, SITE_TYPES, STATUSES, distance_outside, read_point, where_is

FORM = """
| survey |                      |             |                         |                              |                             |          |            |
|        | type                 | name        | label::English (en)     | label::Français (fr)         | label::العربية (ar)         | required | constraint |
|        | date                 | day         | Day of the visit        | Jour de la visite            | يوم الزيارة                 | yes      | . <= today() |
|        | text                 | name        | Name of the site        | Nom du site                  | اسم الموقع                  | yes      |            |
|        | text                 | other_name  | Another name            | Autre nom                    | اسم آخر                     |          |            |
|        | text                 | area        | P-code of the area      | P-code de la zone            | رمز المنطقة                 | yes      |            |
|        | select_one kinds     | kind        | Kind of place           | Genre de lieu                | نوع المكان                  | yes      |            |
|        | select_one types     | type        | Type of site            | Type de site                 | نوع الموقع                  |          |            |
|        | select_one statuses  | status      | State                   | État                         | الحالة                      | yes      |            |
|        | geopoint             | point       | Where are you standing? | Où vous trouvez-vous ?       | أين تقف الآن؟               |          |            |
|        | text                 | ssid        | Code in displacement tracking (SSID) | Code du suivi des déplacements (SSID) | رمز تتبع النزوح (SSID) | |       |
| choices |           |                               |                               |                                    |                          |
|         | list_name | name                          | label::English (en)           | label::Français (fr)               | label::العربية (ar)      |
|         | kinds     | site                          | Displacement site             | Site de déplacement                | موقع نزوح                |
|         | kinds     | host_community_location       | Host community                | Communauté d’accueil               | مجتمع مضيف               |
|         | kinds     | area_of_return                | Area of return                | Zone de retour                     | منطقة عودة               |
|         | kinds     | transit_point                 | Transit point                 | Point de transit                   | نقطة عبور                |
|         | types     | planned_camp                  | Planned camp                  | Camp planifié                      | مخيم مخطط                |
|         | types     | self_settled_informal_settlement | Self-settled settlement    | Site spontané                      | موقع عشوائي              |
|         | types     | transit_site                  | Transit site                  | Site de transit                    | موقع عبور                |
|         | types     | collective_centre             | Collective centre             | Centre collectif                   | مركز جماعي               |
|         | types     | evacuation_centre             | Evacuation centre             | Centre d’évacuation                | مركز إجلاء               |
|         | types     | reception_centre              | Reception centre              | Centre d’accueil                   | مركز استقبال             |
|         | statuses  | rumoured                      | Rumoured                      | Rumeur                             | إشاعة                    |
|         | statuses  | reported                      | Reported                      | Signalé                            | مُبلَّغ عنه               |
|         | statuses  | verified_open                 | Verified, open                | Vérifié, ouvert                    | مؤكد ومفتوح              |
|         | statuses  | closed                        | Closed                        | Fermé                              | مغلق                     |
| settings |                      |             |         |                  |             |
|          | form_title           | form_id     | version | default_language | intake      |
|          | Site                 | places.site | 1       | English (en)     | places.site |
"""


def _spelled(codes: Sequence[str]) -> dict[str, set[str]]:
    return {code: {code, code.replace("_", " ")} for code in codes}


KINDS, TYPES, STATES, LEVELS = (_spelled(codes) for codes in (LOCATION_KINDS, SITE_TYPES, STATUSES, SENSITIVITIES))


@dataclass(frozen=True, slots=True)
class Around:
    """What reading a site needs to know of the places around it."""

    areas: Mapping[str, Area]
    known: Mapping[str, Site]
    boundaries: Mapping[str, Boundary]
    gathering: Gathering


def read(by: Actor, rows: Sequence[Answers], gathering: Gathering) -> list[NewSite]:
    """New sites. One whose code is known already is told and left as it is."""
    areas = queries.areas_called(by, (answers.text("area") for answers in rows))
    around = Around(
        areas=areas,
        known=queries.sites_called(by, (code for answers in rows if (code := answers.text("ssid")))),
        boundaries=queries.boundaries_of(code for area in areas.values() for code in area.scope.strip("/").split("/")),
        gathering=gathering,
    )
    _codes_once(rows)
    found = read_all(rows, gathering, lambda answers: _read_one(answers, around))
    return [site for site in found if site is not None]


def _codes_once(rows: Sequence[Answers]) -> None:
    seen: set[str] = set()
    for answers in rows:
        code = answers.text("ssid")
        if code in seen:
            answers.fault(CodeTwice(system="SSID", code=code), "ssid")
        seen |= {code} if code else set()


def _read_one(answers: Answers, around: Around) -> NewSite | None:
    name, pcode = answers.text("name", needed=True), answers.text("area", needed=True)
    area = around.areas.get(pcode)
    if pcode and area is None:
        answers.fault(NoSuchArea(pcode=pcode), "area")
    kind = answers.choice("kind", KINDS, needed=True)
    type_ = answers.choice("type", TYPES)
    status = answers.choice("status", STATES, default="reported")
    sensitivity = answers.choice("sensitivity", LEVELS, default="internal")
    since = answers.date("day", needed=True)
    point = _point(answers, area, around) if area else None
    ssid = answers.text("ssid")
    answers.all_read()
    if ssid in around.known:
        around.gathering.warn(KnownSite(code=ssid, name=around.known[ssid].name), answers.place("ssid"))
        return None
    assert area is not None  # noqa: S101  (all_read has raised otherwise)
    assert since is not None  # noqa: S101
    return NewSite(
        name=name,
        area=area,
        kind=kind,
        type=type_,
        status=status,
        since=since,
        latitude=point[0] if point else None,
        longitude=point[1] if point else None,
        sensitivity=sensitivity,
        names=tuple(other for key in ("other_name", "other_name_2") if (other := answers.text(key))),
        codes=(("SSID", ssid),) if ssid else (),
        source=answers.source,
    )


def _point(answers: Answers, area: Area, around: Around) -> tuple[float, float] | None:
    """The point, checked against the smallest area around it whose outline is known."""
    try:
        point = read_point(answers.words.get("point"), answers.words.get("latitude"), answers.words.get("longitude"))
    except Problem as problem:
        answers.fault(problem, "latitude" if "latitude" in answers.words else "point")
        return None
    outline = next(
        (around.boundaries[code] for code in reversed(area.scope.split("/")) if code in around.boundaries), None
    )
    if point is None or outline is None:
        return point
    _check(answers, point, outline, around.gathering)
    return point


def _check(answers: Answers, point: tuple[float, float], outline: Boundary, gathering: Gathering) -> None:
    facts: dict[str, Any] = {"latitude": point[0], "longitude": point[1], "area": outline.name or outline.pcode}
    found = where_is(point, outline.geometry)
    question = "latitude" if "latitude" in answers.words else "point"
    if found == "swapped":
        answers.fault(SwappedCoordinates(**facts), question)
    elif found == "outside":
        distance = distance_outside(point, outline.geometry)
        gathering.warn(OutsideArea(**facts, distance=round(distance, 1)), answers.place(question))


def record(by: Actor, sites: list[NewSite]) -> None:
    """Put them into the register."""
    if sites:
        actions.register_sites(by=by, sites=sites)


intake = Intake(
    title=_("Site"),
    form=FORM,
    read=read,
    record=record,
    sheet_questions=("other_name_2", "latitude", "longitude", "sensitivity"),
)
