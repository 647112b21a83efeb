"""Routes under /v1."""

from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter

from . import (
    cleanings,
    entities,
    entity_lists,
    entity_tables,
    forms,
    odata,
    openrosa,
    people,
    phones,
    projects,
    submissions,
    webhooks,
)
from .rest import SLASH, resource


class Word(StringConverter):
    """A name in an address, in which a slash may be."""

    def to_python(self, value: str) -> str:
        """The name as it is."""
        return value.replace(SLASH, "/")


register_converter(Word, "word")

DRAFT = "test/<word:draft>/projects/<int:project>/forms/<word:form_id>/draft"


def fetched(base: str) -> list[URLPattern]:
    """What a phone asks for under one base address."""
    return [
        path(f"{base}/formList", openrosa.form_list),
        path(f"{base}/forms/<word:form_id>.xml", openrosa.form),
        path(f"{base}/forms/<word:form_id>/manifest", openrosa.manifest),
        path(f"{base}/forms/<word:form_id>/integrity/<word:name>", openrosa.integrity),
        path(f"{base}/submission", openrosa.submission),
    ]


PROJECT = "projects/<int:project>"
FORM = f"{PROJECT}/forms/<word:form_id>"
ROLE = "<word:role>"
HELD = f"{ROLE}/<int:actor>"
LIST = f"{PROJECT}/datasets/<word:name>"
ENTITY = f"{LIST}/entities/<word:uuid>"
VERSION = f"{FORM}/versions/<word:version>"
ONE = f"{FORM}/submissions/<word:instance>"


def assignments(base: str) -> list[URLPattern]:
    """Who holds which role over a project, a form, or everything."""
    return [
        path(f"{base}assignments", resource(get=people.assignments)),
        path(f"{base}assignments/{ROLE}", resource(get=people.assignments)),
        path(f"{base}assignments/{HELD}", resource(post=people.assign, delete=people.unassign)),
    ]


def answers(base: str, **draft: bool) -> list[URLPattern]:
    """What came in for a form, or to try its draft out."""
    one = f"{base}/submissions/<word:instance>"
    return [
        path(f"{base}/submissions", resource(get=submissions.submissions, post=submissions.add_submission), draft),
        path(f"{base}/submissions/keys", resource(get=submissions.no_keys), draft),
        path(f"{base}/submissions.audit.csv", resource(get=submissions.export), {"kind": "audit_csv", **draft}),
        path(f"{base}/submissions.csv.zip", resource(get=submissions.export), {"kind": "zip", **draft}),
        path(f"{base}/submissions.<word:kind>", resource(get=submissions.export), draft),
        path(f"{one}.xml", resource(get=submissions.xml), draft),
        path(f"{one}/attachments", resource(get=submissions.files), draft),
        path(f"{one}/attachments/<word:name>", resource(get=submissions.file, post=submissions.add_file), draft),
        path(f"{base}.svc", resource(get=odata.service), draft),
        path(f"{base}.svc/$metadata", resource(get=odata.metadata), draft),
        path(f"{base}.svc/Submissions('<word:instance>')", resource(get=odata.row), draft),
        path(f"{base}.svc/<word:table>", resource(get=odata.table), draft),
    ]


programs = [
    path("sessions", people.sessions),
    path("sessions/restore", resource(get=people.session)),
    path("sessions/current", resource(delete=people.end_session)),
    path("sessions/<word:token>", resource(delete=people.end_session)),
    path("users", resource(get=people.users, post=people.add_user)),
    path("users/<word:person>", resource(get=people.user, patch=people.change_user, delete=people.close_user)),
    path("users/<word:person>/password", resource(put=people.set_password)),
    path("roles", resource(get=people.roles)),
    path("roles/<word:role>", resource(get=people.role)),
    path("audits", resource(get=people.audits)),
    *assignments(""),
    path("projects", resource(get=projects.projects, post=projects.add_project)),
    path(
        PROJECT,
        resource(
            get=projects.project,
            patch=projects.change_project,
            put=projects.change_project,
            delete=projects.delete_project,
        ),
    ),
    path(f"{PROJECT}/app-users", resource(get=phones.app_users, post=phones.add_app_user)),
    path(f"{PROJECT}/app-users/bulk", resource(post=phones.add_app_users)),
    path(f"{PROJECT}/app-users/<int:actor>", resource(delete=phones.delete_app_user)),
    path(f"{PROJECT}/app-users/<int:actor>/pin", resource(post=phones.give_pin)),
    path(f"{PROJECT}/app-users/<int:actor>/qr.<str:kind>", resource(get=phones.app_user_qr)),
    path(f"{PROJECT}/webhooks", resource(get=webhooks.webhooks, post=webhooks.add_webhook)),
    path(
        f"{PROJECT}/webhooks/<int:webhook>",
        resource(get=webhooks.webhook, patch=webhooks.change_webhook, delete=webhooks.delete_webhook),
    ),
    path(f"{PROJECT}/webhooks/<int:webhook>/deliveries", resource(get=webhooks.deliveries)),
    path(f"{PROJECT}/webhooks/<int:webhook>/replay", resource(post=webhooks.replay)),
    path(f"{PROJECT}/returned", resource(get=phones.returned)),
    path(f"{PROJECT}/devices", resource(get=phones.devices)),
    *assignments(f"{PROJECT}/"),
    path(f"{PROJECT}/datasets", resource(get=entity_lists.lists, post=entity_lists.add_list)),
    path(f"{LIST}/properties", resource(post=entity_lists.add_property)),
    path(f"{LIST}/entities.csv", resource(get=entity_lists.export)),
    path(f"{LIST}/entities", resource(get=entities.entities, post=entities.add_entities)),
    path(f"{LIST}/entities/bulk", resource(patch=entities.change_entities)),
    path(f"{LIST}/entities/bulk-delete", resource(post=entities.delete_entities)),
    path(f"{LIST}/entities/bulk-close", resource(post=entities.close_entities)),
    path(f"{LIST}/entities/bulk-reopen", resource(post=entities.reopen_entities)),
    path(f"{ENTITY}/versions", resource(get=entities.versions)),
    path(f"{ENTITY}/diffs", resource(get=entities.diffs)),
    path(f"{ENTITY}/audits", resource(get=entities.audits)),
    path(f"{ENTITY}/restore", resource(post=entities.restore_entity)),
    path(
        ENTITY,
        resource(get=entities.entity, patch=entities.change_entity, delete=entities.delete_entity),
    ),
    path(f"{LIST}.svc", resource(get=entity_tables.service)),
    path(f"{LIST}.svc/$metadata", resource(get=entity_tables.metadata)),
    path(f"{LIST}.svc/<word:table>", resource(get=entity_tables.table)),
    path(
        LIST,
        resource(get=entity_lists.entity_list, patch=entity_lists.change_list, delete=entity_lists.delete_list),
    ),
    path(f"{PROJECT}/forms", resource(get=forms.forms, post=forms.add_form)),
    path(f"{PROJECT}/forms/<int:number>/restore", resource(post=forms.restore_form)),
    path(f"{FORM}.xlsx", resource(get=forms.xlsx)),
    path(f"{FORM}.xls", resource(get=forms.xlsx)),
    path(f"{FORM}/draft", resource(get=forms.draft, post=forms.add_draft, delete=forms.delete_draft)),
    path(f"{FORM}/draft/qr.<str:kind>", resource(get=phones.draft_qr)),
    path(f"{FORM}/public-links", resource(get=phones.links, post=phones.add_link)),
    path(f"{FORM}/public-links/<int:actor>", resource(delete=phones.delete_link)),
    path(f"{FORM}/draft/publish", resource(post=forms.publish)),
    path(f"{FORM}/draft.xml", resource(get=forms.xml), {"version": "draft"}),
    path(f"{FORM}/draft.xlsx", resource(get=forms.xlsx), {"version": "draft"}),
    path(f"{FORM}/draft/fields", resource(get=forms.fields), {"version": "draft"}),
    path(f"{FORM}/draft/attachments", resource(get=forms.files), {"version": "draft"}),
    path(
        f"{FORM}/draft/attachments/<word:name>",
        resource(get=forms.draft_file, post=forms.add_file, patch=forms.link_list, delete=forms.delete_file),
    ),
    path(f"{FORM}/draft/dataset-diff", resource(get=forms.list_diff), {"version": "draft"}),
    path(f"{FORM}/dataset-diff", resource(get=forms.list_diff)),
    path(f"{FORM}/fields", resource(get=forms.fields)),
    path(f"{FORM}/versions", resource(get=forms.versions)),
    path(f"{VERSION}.xml", resource(get=forms.xml)),
    path(f"{VERSION}.xlsx", resource(get=forms.xlsx)),
    path(f"{VERSION}/fields", resource(get=forms.fields)),
    path(f"{VERSION}/attachments", resource(get=forms.files)),
    path(f"{VERSION}/attachments/<word:name>", resource(get=forms.file)),
    path(VERSION, resource(get=forms.version)),
    path(f"{FORM}/attachments", resource(get=forms.files)),
    path(f"{FORM}/attachments/<word:name>", resource(get=forms.file)),
    *assignments(f"{FORM}/"),
    *answers(FORM),
    *answers(f"{FORM}/draft", draft=True),
    path(f"{FORM}/submissions/submitters", resource(get=submissions.submitters)),
    path(f"{FORM}/cleanings", resource(get=cleanings.cleanings, post=cleanings.add_cleaning)),
    path(f"{FORM}/cleanings/<int:number>", resource(get=cleanings.cleaning)),
    path(f"{FORM}/cleanings/<int:number>/undo", resource(post=cleanings.undo_cleaning)),
    path(f"{ONE}/restore", resource(post=submissions.restore_submission)),
    path(f"{ONE}/versions", resource(get=submissions.versions)),
    path(f"{ONE}/versions/<word:version>.xml", resource(get=submissions.version_xml)),
    path(f"{ONE}/diffs", resource(get=submissions.diffs)),
    path(f"{ONE}/comments", resource(get=submissions.comments, post=submissions.add_comment)),
    path(
        ONE,
        resource(
            get=submissions.submission,
            put=submissions.edit_submission,
            patch=submissions.review,
            delete=submissions.delete_submission,
        ),
    ),
    path(FORM, resource(get=forms.form, patch=forms.change_form, delete=forms.delete_form)),
]

urlpatterns = [
    *fetched("key/<word:key>/projects/<int:project>"),
    path("key/<word:key>/projects/<int:project>/forms/<word:form_id>/attachments/<word:name>", openrosa.form_file),
    *fetched("projects/<int:project>"),
    path(f"{DRAFT}/formList", openrosa.draft_list),
    path(f"{DRAFT}.xml", openrosa.draft_form),
    path(f"{DRAFT}/manifest", openrosa.draft_manifest),
    path(f"{DRAFT}/attachments/<word:name>", openrosa.draft_file),
    path(f"{DRAFT}/integrity/<word:name>", openrosa.draft_integrity),
    path(f"{DRAFT}/submission", openrosa.draft_submission),
    *programs,
]
