"""A visit to a site in a round: could it be assessed, and how many people are there?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localdate

from waystation.access.models import Actor
from waystation.collect.registry import Answers, Intake, read_all
from waystation.kernel.problems import Gathering, _
from waystation.places.models import Site
from waystation.places.problems import NoSuchSite
from waystation.places.queries import sites_called

from .. import actions, queries
from ..actions import Found, Visit
from ..models import Round
from ..problems import (
    DayOutsideRound,
    DayToCome,
    NoSuchRound,
    NotAssessedYetCounted,
    NothingCounted,
    OddHouseholdSize,
    PeopleWithoutHouseholds,
    TwiceInOneSheet,
)
from ..rules import CONFIDENCES, COUNTED, METHODS, OUTCOMES, household_size, is_odd_size, is_outside

FORM = """
| survey |                        |                       |                                 |                                      |                            |          |              |                       |
|        | type                   | name                  | label::English (en)             | label::Français (fr)                 | label::العربية (ar)        | required | constraint   | relevant              |
|        | text                   | operation             | Code of the operation           | Code de l’opération                  | رمز العملية                | yes      |              |                       |
|        | integer                | round                 | Round                           | Passage (round)                      | الجولة                     | yes      | . > 0        |                       |
|        | date                   | day                   | Day of the visit                | Jour de la visite                    | يوم الزيارة                | yes      | . <= today() |                       |
|        | text                   | site                  | Code of the site                | Code du site                         | رمز الموقع                 | yes      |              |                       |
|        | select_one outcomes    | outcome               | Could the site be assessed?     | Le site a-t-il pu être évalué ?      | هل أمكن تقييم الموقع؟      | yes      |              |                       |
|        | text                   | reason                | Why not?                        | Pourquoi pas ?                       | لماذا لا؟                  |          |              | ${outcome} != 'assessed' |
|        | integer                | idp_households        | Displaced households            | Ménages déplacés                     | الأسر النازحة              |          | . >= 0       | ${outcome} = 'assessed' |
|        | integer                | idp_individuals       | Displaced people                | Personnes déplacées                  | النازحون                   | yes      | . >= 0       | ${outcome} = 'assessed' |
|        | integer                | returnee_households   | Returnee households             | Ménages retournés                    | الأسر العائدة              |          | . >= 0       | ${outcome} = 'assessed' |
|        | integer                | returnee_individuals  | Returnees                       | Personnes retournées                 | العائدون                   |          | . >= 0       | ${outcome} = 'assessed' |
|        | select_one methods     | method                | How were they counted?          | Comment ont-elles été comptées ?     | كيف تم العد؟               | yes      |              | ${outcome} = 'assessed' |
|        | select_one confidences | confidence            | How sure are you?               | Quel degré de certitude ?            | ما مدى تأكدك؟              |          |              | ${outcome} = 'assessed' |
| choices |             |                 |                                  |                                         |                              |
|         | list_name   | name            | label::English (en)              | label::Français (fr)                    | label::العربية (ar)          |
|         | outcomes    | assessed        | Yes                              | Oui                                     | نعم                          |
|         | outcomes    | not_accessible  | No, not accessible               | Non, inaccessible                       | لا، يتعذر الوصول             |
|         | outcomes    | no_informant    | No, nobody could tell            | Non, personne pour renseigner           | لا، لا أحد يستطيع الإفادة    |
|         | outcomes    | not_assessed    | No, for another reason           | Non, pour une autre raison              | لا، لسبب آخر                 |
|         | methods     | registration    | Registration                     | Enregistrement                          | تسجيل                        |
|         | methods     | headcount       | Counted one by one               | Comptage un par un                      | عدّ فردي                     |
|         | methods     | shelter_count   | Shelters × household size        | Abris × taille des ménages              | المآوي × حجم الأسرة          |
|         | methods     | ki_estimate     | Estimate of key informants       | Estimation d’informateurs clés          | تقدير مصادر المعلومات        |
|         | methods     | desk_review     | From documents                   | D’après des documents                   | من الوثائق                   |
|         | methods     | remote_sensing  | From images                      | D’après des images                      | من الصور                     |
|         | methods     | flow_balance    | Arrivals and departures          | Arrivées et départs                     | الوصول والمغادرة             |
|         | confidences | a               | Counted                          | Compté                                  | معدود                        |
|         | confidences | b               | Several sources agree            | Plusieurs sources concordent            | عدة مصادر متفقة              |
|         | confidences | c               | One source                       | Une seule source                        | مصدر واحد                    |
|         | confidences | d               | Hearsay                          | Ouï-dire                                | سماع                         |
| settings |                |                         |         |                  |                         |
|          | form_title     | form_id                 | version | default_language | intake                  |
|          | Location count | tracking.location_count | 1       | English (en)     | tracking.location_count |
"""

OUTCOME_WORDS = {code: {code, code.replace("_", " ")} for code in OUTCOMES}
METHOD_WORDS = {code: {code, code.replace("_", " ")} for code in METHODS}
CONFIDENCE_WORDS = {code: {code} for code in CONFIDENCES}


@dataclass(frozen=True, slots=True)
class Around:
    """What reading a visit needs to know."""

    sites: Mapping[str, Site]
    rounds: Mapping[tuple[str, int], Round]
    gathering: Gathering
    seen: set[tuple[int, int]]


def read(by: Actor, rows: Sequence[Answers], gathering: Gathering) -> list[Visit]:
    """Visits, each to a site and a round that are known to its sender."""
    around = Around(
        sites=sites_called(by, (answers.text("site") for answers in rows)),
        rounds=queries.rounds_called(by, {answers.text("operation") for answers in rows}),
        gathering=gathering,
        seen=set(),
    )
    return read_all(rows, gathering, lambda answers: _read_one(answers, around))


def _read_one(answers: Answers, around: Around) -> Visit:
    round_, site = _round(answers, around), _site(answers, around)
    day = answers.date("day")
    outcome = answers.choice("outcome", OUTCOME_WORDS, default="assessed")
    found = _found(answers, outcome, site)
    visit_day(answers, day)
    answers.all_read()
    assert round_ is not None  # noqa: S101  (all_read has raised otherwise)
    assert site is not None  # noqa: S101
    if (round_.pk, site.pk) in around.seen:
        raise TwiceInOneSheet(site=site.name, number=round_.number)
    around.seen.add((round_.pk, site.pk))
    _doubts(around.gathering, site, found)
    if day and is_outside(day, round_.starts, round_.ends):
        doubt = DayOutsideRound(day=day, number=round_.number, starts=round_.starts, ends=round_.ends)
        around.gathering.warn(doubt, answers.place("day"))
    return Visit(
        round=round_,
        site=site,
        outcome=outcome,
        day=day,
        reason=answers.text("reason"),
        carried_from=answers.count("carried_from") if outcome == "carried_forward" else None,
        found=tuple(found),
        source=answers.source,
        row=answers.row,
    )


def _round(answers: Answers, around: Around) -> Round | None:
    operation, number = answers.text("operation", needed=True), answers.count("round", needed=True)
    if not operation or number is None:
        return None
    if (operation, number) not in around.rounds:
        answers.fault(NoSuchRound(operation=operation, number=number), "round")
    return around.rounds.get((operation, number))


def _site(answers: Answers, around: Around) -> Site | None:
    code = answers.text("site", needed=True)
    if code and code not in around.sites:
        answers.fault(NoSuchSite(code=code), "site")
    return around.sites.get(code)


def visit_day(answers: Answers, day: date | None) -> None:
    """A visit that is still to come is a slip of the pen. One day of grace: the phone may stand east of the server."""
    if day and (day - localdate()).days > 1:
        answers.fault(DayToCome(day=day), "day")


def _found(answers: Answers, outcome: str, site: Site | None) -> list[Found]:
    method = answers.choice("method", METHOD_WORDS, default="ki_estimate")
    confidence = answers.choice("confidence", CONFIDENCE_WORDS)
    found = []
    for group, word in (("idps", "idp"), ("returnees", "returnee")):
        households, individuals = answers.count(f"{word}_households"), answers.count(f"{word}_individuals")
        if individuals is None:
            if households is not None and not answers.faults:
                answers.fault(NothingCounted(site=_name(site, answers)), f"{word}_individuals")
            continue
        if households is not None and households > individuals:
            problem = PeopleWithoutHouseholds(site=_name(site, answers), households=households, individuals=individuals)
            answers.fault(problem, f"{word}_households")
        found.append(Found(group, households, individuals, method, confidence))
    if found and outcome not in COUNTED:
        answers.fault(NotAssessedYetCounted(site=_name(site, answers)), "outcome")
    if not found and outcome in COUNTED and not answers.faults:
        answers.fault(NothingCounted(site=_name(site, answers)), "idp_individuals")
    return found


def _name(site: Site | None, answers: Answers) -> str:
    return site.name if site else answers.text("site")


def _doubts(gathering: Gathering, site: Site, found: Sequence[Found]) -> None:
    for one in found:
        size = household_size(one.households, one.individuals)
        if is_odd_size(size):
            gathering.warn(OddHouseholdSize(site=site.name, size=size))


def record(by: Actor, visits: list[Visit]) -> None:
    """Record them."""
    actions.record_visits(by=by, visits=visits)


intake = Intake(
    title=_("Location count"),
    form=FORM,
    read=read,
    record=record,
    sheet_questions=("carried_from",),
    replaces=True,
)
