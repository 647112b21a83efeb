"""Whatever is sent to the endpoint of phones: a sentence in its envelope, never a bug, and nothing half-written."""

from __future__ import annotations

import hashlib
import http.client
import random
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from django.conf import settings
from django.test import Client

from tests.conftest import filled
from tests.nursery import Nursery, nursing, phone_of, processes_of, rows
from tests.phones import FORM, HEADERS, body_of, form_body, post
from tests.serving import Installation, installation
from waystation.access.models import Entry
from waystation.collect.api.openrosa import LARGEST_FORM, LARGEST_REQUEST
from waystation.collect.files import path_of
from waystation.collect.models import Attachment, Submission
from waystation.front.server import THREADS
from waystation.front.worker import work_once
from waystation.tracking.models import Count

MULTIPART = HEADERS["Content-Type"]
ENVELOPE = "{http://openrosa.org/http/response}"


def send(client: Client, key: str, body: bytes, content_type: str = MULTIPART, **headers: str) -> tuple[int, str]:
    """Post a body; answer the status and the sentence in the envelope."""
    address = f"/v1/key/{key}/projects/1/submission"
    answer = client.generic("POST", address, body, content_type, headers={"X-OpenRosa-Version": "1.0", **headers})
    return answer.status_code, sentence(answer.content)


def sentence(content: bytes) -> str:
    """The words in the envelope that phones read."""
    root: Element = fromstring(content)
    assert root.tag == f"{ENVELOPE}OpenRosaResponse"
    return root.findtext(f"{ENVELOPE}message") or ""


def filled_form(inside: str = "", *, attributes: str = 'id="tracking.location_count"', n: int = 1) -> bytes:
    """A form with little in it."""
    return f"<data {attributes}>{inside}<meta><instanceID>uuid:{n}</instanceID></meta></data>".encode()


def declared(encoding: str) -> bytes:
    """An XML declaration."""
    return f'<?xml version="1.0" encoding="{encoding}"?>'.encode()


def with_document_type(inside: str, word: str = "") -> bytes:
    """A form behind a document type declaration."""
    return f"<!DOCTYPE data [{inside}]>".encode() + filled_form(word)


def nothing_is_kept() -> bool:
    """Whether no row, no file and no entry of the audit log is left behind."""
    folder = Path(settings.DATA, "files")
    entries = Entry.objects.filter(verb__startswith="collect.receive")
    files = [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []
    return not (Submission.objects.exists() or Attachment.objects.exists() or entries.exists() or files)


LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))

BAD_FORMS = {
    "not XML": (b"people: 40", 422, "not readable XML: it breaks at line 1"),
    "empty": (b"", 422, "not readable XML"),
    "blanks": (b"\n \n", 422, "not readable XML"),
    "truncated": (filled("ssid_2", 40)[:-20], 422, "not readable XML"),
    "two roots": (filled_form() * 2, 422, "not readable XML"),
    "a photograph": (b"\xff\xd8\xff\xe0" + bytes(1000), 422, "not readable XML"),
    "a zero byte": (filled_form("<site>ssid\0_2</site>"), 422, "not readable XML"),
    "a billion laughs": (with_document_type(f'<!ENTITY l0 "ha">{LAUGHS}', "<a>&l9;</a>"), 422, "document type"),
    "one long laugh": (with_document_type(f'<!ENTITY a "{"a" * 99_999}">', "&a;" * 99), 422, "document type"),
    "an external entity": (with_document_type('<!ENTITY a SYSTEM "file:///etc/passwd">', "&a;"), 422, "document type"),
    "a parameter entity": (with_document_type('<!ENTITY % a SYSTEM "http://127.0.0.1/a">%a;'), 422, "document type"),
    "an external document type": (b'<!DOCTYPE data SYSTEM "http://127.0.0.1/a">' + filled_form(), 422, "document type"),
    "a mere document type": (b"<!DOCTYPE data>" + filled_form(), 422, "document type"),
    "an entity nobody named": (filled_form("<a>&nbsp;</a>"), 422, "not readable XML"),
    "too deep": (filled_form("<a>" * 10_000 + "</a>" * 10_000), 413, "nested more than"),
    "deeper than any stack": (b'<data id="x">' + b"<a>" * 1_000_000, 413, "nested more than"),
    "too wide": (filled_form("<a/>" * 60_000), 413, "more than 50000 parts"),
    "UTF-16 in name only": (declared("UTF-16") + filled_form(), 422, "not readable XML"),
    "an unknown encoding": (declared("klingon") + filled_form(), 422, "not readable XML"),
    "an encoding of two bytes": (declared("shift_jis") + filled_form(), 422, "not readable XML"),
    "Latin-1 as UTF-8": (declared("UTF-8") + filled_form("<a>é</a>").replace("é".encode(), b"\xe9"), 422, "XML"),
    "no form id": (filled_form(attributes=""), 422, "does not say which form"),
    "an empty form id": (filled_form(attributes='id=""'), 422, "does not say which form"),
    "an unknown form": (filled_form(attributes='id="no.such"'), 404, "No open form is called no.such."),
    "a very long form id": (filled_form(attributes=f'id="{"x" * 10_000}"'), 404, "No open form is called xxx"),
    "a very long instance id": (
        filled_form().replace(b"uuid:1", b"uuid:" + b"1" * 200),
        422,
        "instanceID of the submission is longer than 160",
    ),
    "a very long version": (
        filled_form(attributes=f'id="tracking.location_count" version="{"9" * 101}"'),
        422,
        "version of the submission is longer than 100",
    ),
}


@pytest.mark.parametrize(("xml", "status", "words"), BAD_FORMS.values(), ids=BAD_FORMS)
def test_a_form_that_cannot_be_read_is_told_and_not_kept(client, country, xml, status, words):
    photograph = {"a.jpg": b"a photograph"}

    answer, said = send(client, country.key, form_body(xml, photograph))

    assert answer == status
    assert words in said
    assert said.endswith(".")
    assert nothing_is_kept()


BAD_REQUESTS = {
    "nothing": (b"", MULTIPART, 422, "one part called xml_submission_file"),
    "no parts": (body_of(), MULTIPART, 422, "one part called xml_submission_file"),
    "another part": (body_of(("a.jpg", "a.jpg", b"x")), MULTIPART, 422, "one part called xml_submission_file"),
    "a text for a file": (body_of((FORM, None, filled_form())), MULTIPART, 422, "as a file"),
    "two forms": (body_of((FORM, "1.xml", filled_form()), (FORM, "2.xml", filled_form(n=2))), MULTIPART, 422, "one"),
    "not multipart": (filled_form(), "text/xml", 422, "one part called xml_submission_file"),
    "no boundary": (form_body(filled_form()), "multipart/form-data", 422, "could not be read"),
    "another boundary": (form_body(filled_form()), "multipart/form-data; boundary=other", 422, "xml_submission_file"),
    "a boundary of no script": (form_body(filled_form()), "multipart/form-data; boundary=\xe9", 422, "not be read"),
    "broken base64": (
        form_body(filled_form()).replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n"),
        MULTIPART,
        422,
        "could not be read",
    ),
    "a form of 5 MB": (
        form_body(b"<data>" + b" " * LARGEST_FORM),
        MULTIPART,
        413,
        "5000006 bytes were sent; at most 5000000 are taken in at once",
    ),
    "101 files": (
        form_body(filled_form(), {f"{n}.jpg": b"x" for n in range(101)}),
        MULTIPART,
        413,
        "More than 101 files were sent at once",
    ),
    "a novel as a text": (
        body_of(("comment", None, b"x" * 3_000_000), (FORM, "f.xml", filled_form())),
        MULTIPART,
        413,
        "The texts of the request hold more than",
    ),
    "2,000 texts": (body_of(*[(f"f{n}", None, b"x") for n in range(2_000)]), MULTIPART, 413, "More than"),
}


@pytest.mark.parametrize(("body", "kind", "status", "words"), BAD_REQUESTS.values(), ids=BAD_REQUESTS)
def test_a_request_that_cannot_be_read_is_told_and_not_kept(client, country, body, kind, status, words):
    answer, said = send(client, country.key, body, kind)

    assert answer == status
    assert words in said
    assert nothing_is_kept()


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_another_method_is_told_in_the_envelope(client, country, method):
    answer = client.generic(method, f"/v1/key/{country.key}/projects/1/submission", form_body(filled_form()), MULTIPART)

    assert (answer.status_code, answer["Allow"]) == (405, "HEAD, POST")
    assert sentence(answer.content).startswith(f"{method} is not answered here, only HEAD, POST.")
    assert nothing_is_kept()


@pytest.mark.parametrize("key", ["A" * 64, "x", "%00", "%F0%9F%94%91", "..%2F..", "A" * 5_000])
def test_a_key_that_was_never_given_is_told(client, country, key):
    status, said = send(client, key, form_body(filled_form()))

    assert (status, said[:21]) == (403, "This key is not valid") or status == 404
    assert nothing_is_kept()


def test_a_key_without_the_right_to_send_is_told(client, country):
    from waystation.access import actions as access
    from waystation.access.queries import role_called

    role = role_called("enumerator")
    access.withdraw(by=country.system, actor=country.phone, role=role, scope="/SSD/SS03")

    status, said = send(client, country.key, form_body(filled_form()))

    assert status == 403
    assert "may not collect.receive" in said
    assert nothing_is_kept()


def test_a_name_under_which_the_server_does_not_answer_is_told(client, country):
    status, said = send(client, country.key, form_body(filled_form()), Host="elsewhere.example")
    page = client.get("/", headers={"Host": "elsewhere.example", "Accept": "text/html"})

    assert status == 422
    assert "WAYSTATION_HOSTS" in said
    assert page.status_code == 422
    assert nothing_is_kept()


@pytest.mark.parametrize("name", ["%00", "a%00b", "x" * 3_000, "..", "%2e%2e%2fetc%2fpasswd", "%ff"])
def test_a_form_with_a_strange_name_is_not_found(client, country, name):
    for path in (f"forms/{name}.xml", f"forms/{name}/manifest", f"formList?formID={name}"):
        answer = client.get(f"/v1/key/{country.key}/projects/1/{path}")

        assert answer.status_code in (200, 404, 422), path
        assert answer.status_code != 200 or b"<xform>" not in answer.content


GOOD_FORMS = {
    "UTF-16": (declared("UTF-16") + filled("ssid_2", 40)).decode().encode("utf-16"),
    "UTF-8 with a mark": b"\xef\xbb\xbf" + declared("UTF-8") + filled("ssid_2", 40),
    "Latin-1, and says so": declared("ISO-8859-1") + filled("ssid_2", 40, reason="été").decode().encode("latin-1"),
    "comments and instructions": b"<?a b?><!-- c -->" + filled("ssid_2", 40) + b"<!-- d -->",
}


@pytest.mark.parametrize("xml", GOOD_FORMS.values(), ids=GOOD_FORMS)
def test_a_form_in_another_encoding_is_kept_as_it_came_and_filed(client, country, xml):
    assert send(client, country.key, form_body(xml))[0] == 201
    work_once()

    kept = Submission.objects.get()
    assert (bytes(kept.body), kept.state, kept.problem) == (xml, "filed", None)
    assert Count.objects.get().individuals == 40


def test_a_form_without_an_instance_id_is_known_by_its_content(client, country):
    xml, other = filled_form().replace(b"uuid:1", b""), filled_form("<a/>").replace(b"uuid:1", b"")

    assert {send(client, country.key, form_body(one))[0] for one in (xml, xml, other)} == {201}

    known = {f"sha256:{hashlib.sha256(one).hexdigest()}" for one in (xml, other)}
    assert set(Submission.objects.values_list("instance", flat=True)) == known


DAYS = ["2026-03-02", "2026-03-02T08:30:00.000+02:00", "02 March 2026", "15/03/2026", "٢٠٢٦-٠٣-٠٢"]


@pytest.mark.parametrize("day", DAYS)
def test_a_day_is_read_in_five_shapes(client, country, day):
    send(client, country.key, form_body(filled("ssid_2", 40, day=day)))
    work_once()

    assert Count.objects.get().assessment.day.isoformat() in ("2026-03-02", "2026-03-15")


def test_eastern_digits_are_read_and_negative_people_are_not(client, country):
    send(client, country.key, form_body(filled("ssid_2", 40, n=1, idp_individuals="٤٠", idp_households="۸")))
    send(client, country.key, form_body(filled("ssid_4", 40, n=2, idp_individuals="−٤٠")))
    work_once()

    assert Count.objects.get().individuals == 40
    held = Submission.objects.get(state="held").problem["each"]
    assert [(one["code"], one["place"]["column"]) for one in held] == [("collect.negative_count", "idp_individuals")]


# Files


def kept_files() -> dict[str, bytes]:
    """The files of the one submission, by name."""
    return {file.name: path_of(file.sha256).read_bytes() for file in Submission.objects.get().attachments.all()}


def test_of_a_file_name_only_the_name_is_kept(client, country):
    strange = {
        "../../etc/passwd": b"1",
        "..\\..\\windows\\system.ini": b"2",
        "/etc/shadow": b"3",
        "a\0b.jpg": b"4",
        "صورة.jpg": b"5",
        "x" * 300 + ".jpg": b"6",
        "y" * 300 + "1.jpg": b"7",
        "y" * 300 + "2.jpg": b"8",
    }

    assert send(client, country.key, form_body(filled_form(), strange))[0] == 201

    names = {"passwd", "system.ini", "shadow", "ab.jpg", "صورة.jpg"}
    kept = kept_files()
    assert names <= set(kept)
    assert sorted(kept.values()) == [b"1", b"2", b"3", b"4", b"5", b"6", b"7", b"8"]
    assert all(len(name) <= 255 for name in kept)


def test_two_files_of_one_name_are_both_kept_however_often_they_come(client, country):
    parts = [
        (FORM, "form.xml", filled_form()),
        ("a", "a.jpg", b"one"),
        ("b", "a.jpg", b"other"),
        ("c", "c.jpg", b"one"),
    ]

    for _time in range(2):
        assert send(client, country.key, body_of(*parts))[0] == 201

    assert kept_files() == {"a.jpg": b"one", "a (2).jpg": b"other", "c.jpg": b"one"}


def test_files_may_come_in_several_goes(client, country):
    send(client, country.key, form_body(filled_form(), {"a.jpg": b"a"}))
    send(client, country.key, form_body(filled_form(), {"b.jpg": b"b"}))

    assert kept_files() == {"a.jpg": b"a", "b.jpg": b"b"}


def test_a_hundred_files_are_taken(client, country):
    assert send(client, country.key, form_body(filled_form(), {f"{n}.jpg": b"x" for n in range(100)}))[0] == 201

    assert len(kept_files()) == 100


def test_what_cannot_be_written_is_not_answered_201(client, country):
    Path(settings.DATA, "files").write_text("a file where a folder should be")

    status, said = send(client, country.key, form_body(filled_form(), {"a.jpg": b"a"}))

    assert status == 503
    assert said.startswith("The file could not be kept")
    assert not Submission.objects.exists()


# Over the network

SILENCE = 3  # seconds, for a minute would make a long test


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, Nursery, str]]:
    """An installation that a phone may send to, its nursery, and where the phone sends."""
    folder = tmp_path_factory.mktemp("office")
    with installation(folder / "data") as here, nursing(here, longest_silence=SILENCE) as nursery:
        yield here, nursery, phone_of(here, nursery)


@pytest.fixture(scope="module")
def server(office: tuple[Installation, Nursery, str]) -> Iterator[tuple[int, int]]:
    """A running server: its port and its process group."""
    with office[1].serving() as running:
        yield running


def instances(here: Installation) -> list[str]:
    """What was received."""
    return [name for (name,) in rows(here, "select instance from collect_submission order by id")]


def test_the_same_form_from_eight_phones_at_once_is_kept_once(office, server):
    here, _nursery, address = office
    body = form_body(filled_form(n=801), {"a.jpg": b"a" * 100_000, "b.jpg": b"b"})

    with ThreadPoolExecutor(8) as phones:
        answers = list(phones.map(lambda _phone: post(server[0], address, body)[0], range(8)))

    assert answers == [201] * 8
    assert instances(here).count("uuid:801") == 1
    names = "select a.name from collect_attachment a join collect_submission s on s.id = a.submission_id"
    assert sorted(rows(here, f"{names} where s.instance = 'uuid:801'")) == [("a.jpg",), ("b.jpg",)]


def test_eight_contents_of_one_form_at_once_are_all_kept(office, server):
    here, _nursery, address = office
    bodies = [form_body(filled_form(f"<site>{n % 4}</site>", n=802)) for n in range(8)]

    with ThreadPoolExecutor(8) as phones:
        answers = list(phones.map(lambda body: post(server[0], address, body)[0], bodies))

    assert sorted(answers) == [201] * 2 + [409] * 6
    assert instances(here).count("uuid:802") == 4


def head_of(address: str, length: int) -> bytes:
    """The head of a request that announces a body."""
    lines = (f"POST {address} HTTP/1.1", "Host: localhost", f"Content-Length: {length}", f"Content-Type: {MULTIPART}")
    return "\r\n".join([*lines, "", ""]).encode()


def raw(server: tuple[int, int], address: str, body: bytes, *, length: int) -> bytes:
    """Send a body that may be shorter than what is announced, then fall silent; answer what the server says."""
    with socket.create_connection(("127.0.0.1", server[0]), timeout=30) as connection:
        connection.sendall(head_of(address, length) + body)
        connection.shutdown(socket.SHUT_WR)
        said = b""
        with suppress(ConnectionResetError):
            while piece := connection.recv(65536):
                said += piece
        return said


@pytest.mark.parametrize("missing", [1, 20, 100_000, 2_000_000], ids=lambda missing: f"{missing} bytes")
def test_a_photograph_whose_connection_broke_is_not_kept_as_a_whole_one(office, server, missing):
    here, _nursery, address = office
    photograph = random.Random(missing).randbytes(2_000_100)
    body = form_body(filled_form(n=900 + missing), {"a.jpg": photograph})

    said = raw(server, address, body[:-missing], length=len(body))
    assert b" 201 " not in said
    assert f"uuid:{900 + missing}" not in instances(here)

    assert post(server[0], address, body)[0] == 201
    size = rows(here, "select size from collect_attachment order by id desc limit 1")
    assert size == [(len(photograph),)]


def test_a_body_that_ends_without_its_last_boundary_is_not_kept(office, server):
    here, _nursery, address = office
    body = body_of((FORM, "form.xml", filled_form(n=803)), ("a.jpg", "a.jpg", b"half a photo"), end=False)

    status, said = post(server[0], address, body)

    assert (status, sentence(said).partition(".")[0]) == (422, "The request ended before all of it had come")
    assert "uuid:803" not in instances(here)


def announced(port: int, address: str, length: int) -> tuple[int, bytes]:
    """What is answered to the mere announcement of a body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.putrequest("POST", address)
    for name, word in {**HEADERS, "Content-Length": str(length)}.items():
        connection.putheader(name, word)
    connection.endheaders()
    answer = connection.getresponse()
    said = answer.status, answer.read()
    connection.close()
    return said


def test_a_request_that_is_too_large_is_refused_before_it_is_sent(office, server):
    status, said = announced(server[0], office[2], LARGEST_REQUEST + 1)

    assert status == 413
    assert sentence(said).startswith("100000001 bytes were sent; at most 100000000 are taken in at once.")


@pytest.mark.parametrize("address", ["/accounts/login/", "/do/places.set_status", "/collect/load/", "/nowhere"])
def test_no_other_address_takes_in_more(server, address):
    assert announced(server[0], address, 2 * LARGEST_REQUEST)[0] == 413


def memory_of(group: int) -> int:
    """Bytes of memory that the processes of a server hold, the largest of them."""
    pages = [int(Path(f"/proc/{number}/statm").read_text().split()[1]) for number in processes_of(group)]
    return max(pages) * 4096


def test_a_hundred_megabytes_fill_no_memory(office, server):
    here, _nursery, address = office
    before, most, stop = memory_of(server[1]), [0], threading.Event()

    def watch() -> None:
        while not stop.wait(0.01):
            with suppress(OSError):
                most[0] = max(most[0], memory_of(server[1]))

    watching = threading.Thread(target=watch)
    watching.start()
    files = {f"{n}.jpg": random.Random(n).randbytes(19_900_000) for n in range(5)}
    body = form_body(filled_form(n=804), files)
    assert len(body) < LARGEST_REQUEST
    assert post(server[0], address, body)[0] == 201
    assert refused(server[0], address, form_body(filled_form(n=805), {**files, "more.jpg": bytes(600_000)}))
    stop.set()
    watching.join()

    assert most[0] - before < 30_000_000
    assert "uuid:804" in instances(here)
    assert "uuid:805" not in instances(here)


def refused(port: int, address: str, body: bytes) -> bool:
    """Whether a body is refused: told so, or the connection closed on one who does not stop sending."""
    try:
        return post(port, address, body)[0] == 413
    except (ConnectionError, http.client.HTTPException):
        return True


def test_phones_that_fall_silent_do_not_keep_others_from_being_heard(office):
    """So many requests are answered at once; if so many never end, they would keep everybody out."""
    _here, nursery, address = office
    with nursery.serving(workers=1) as (port, _group), ExitStack() as phones:
        for begun in [head_of(address, 1000) + b"--"] * THREADS + [b"POST /v1/key/"] * THREADS:
            phone = phones.enter_context(socket.create_connection(("127.0.0.1", port)))
            phone.sendall(begun)
        began = time.monotonic()

        assert post(port, address, form_body(filled_form(n=806)))[0] == 201
        assert time.monotonic() - began > SILENCE
