"""The words to translate are found, kept, compiled and checked."""

import gettext
import shutil

import pytest

from scripts import messages

TEMPLATE = """\
{% load i18n %}
  <h1>{% translate "Sites" %}</h1>
{% translate "May" context "month" %}
    {% blocktranslate trimmed count number=sites|length with place=area.name %}
      One site in {{ place }}
    {% plural %}
      {{ number }} sites in {{ place }}
    {% endblocktranslate %}
  {% translate "It's 100% “open”" %} {{ _("Sign in") }}
"""

PROBLEMS = """\
from waystation.kernel.problems import _

class StoreTooLow(Conflict):
    message = _("{site} has only {left} left.")
    remedy = _(
        "Give {left} or fewer, "
        "or wait."
    )
    unmarked = "Nobody reads this."
"""

VIEWS = """\
from django.utils.translation import gettext, gettext_lazy, ngettext_lazy, pgettext_lazy

first = gettext("Saved.")
second = gettext_lazy("Sites")
third = ngettext_lazy("%(count)s row", "%(count)s rows", "count")
fourth = pgettext_lazy("verb", "May")
"""

IN_FRENCH = {
    "{site} has only {left} left.": "Il ne reste que {left} à {site}.",
    "Give {left} or fewer, or wait.": "Donnez-en {left} au plus, ou attendez.",
    "Sites": "Sites",
    "May": "mai",
    "It's 100%% “open”": "C’est « ouvert » à 100 %%",
    "Sign in": "Se connecter",
    "Saved.": "Enregistré.",
    "One site in %(place)s": ("Un site à %(place)s", "%(number)s sites à %(place)s"),
    "%(count)s row": ("%(count)s ligne", "%(count)s lignes"),
}


@pytest.fixture
def root(tmp_path):
    """A small project, all said in French."""
    app = tmp_path / "waystation" / "camps"
    (app / "templates" / "camps").mkdir(parents=True)
    (app / "templates" / "camps" / "sites.html").write_text(TEMPLATE)
    (app / "problems.py").write_text(PROBLEMS)
    (app / "views.py").write_text(VIEWS)
    (tmp_path / messages.LOCALE / "fr").mkdir(parents=True)
    messages.main(["extract"], root=tmp_path)
    translate(tmp_path, IN_FRENCH)
    return tmp_path


def french(root):
    return messages.file_of(root, "fr")


def translate(root, words):
    """Write these translations into the French file, as a translator would."""
    catalog = messages.read(french(root), language="fr")
    for message in catalog:
        if message.id and messages.forms(message.id)[0] in words:
            message.string = words[messages.forms(message.id)[0]]
    with french(root).open("wb") as file:
        messages.write_po(file, catalog)


def replace(path, old, new):
    """Change a file by hand; what is changed must be there."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


# Found


def test_every_marked_sentence_is_found_and_no_other(root):
    words = messages.words_of(root)

    assert {messages.key_of(message) for message in messages.spoken(words)} == {
        ("", "{site} has only {left} left."),
        ("", "Give {left} or fewer, or wait."),
        ("", "Sites"),
        ("month", "May"),
        ("verb", "May"),
        ("", "It's 100%% “open”"),
        ("", "Sign in"),
        ("", "Saved."),
        ("", "One site in %(place)s"),
        ("", "%(count)s row"),
    }


def test_a_plural_is_found_in_a_template_and_in_a_module(root):
    words = messages.words_of(root)

    assert words.get("One site in %(place)s").id[1] == "%(number)s sites in %(place)s"
    assert words.get("%(count)s row").id[1] == "%(count)s rows"


# Kept


def test_extracting_twice_changes_nothing(root):
    messages.main(["extract"], root=root)
    once = french(root).read_bytes()

    messages.main(["extract"], root=root)

    assert french(root).read_bytes() == once


def test_a_sentence_that_moves_within_its_file_changes_nothing(root):
    messages.main(["extract"], root=root)
    once = french(root).read_bytes()
    replace(root / "waystation" / "camps" / "problems.py", "class", "\n\n\nclass")

    messages.main(["extract"], root=root)

    assert french(root).read_bytes() == once


def test_extracting_keeps_translations_and_what_translators_noted(root):
    replace(french(root), 'msgid "Saved."', '# Feminine for a card.\nmsgid "Saved."')

    messages.main(["extract"], root=root)

    kept = messages.read(french(root), language="fr").get("Saved.")
    assert kept.string == "Enregistré."
    assert kept.user_comments == ["Feminine for a card."]
    assert messages.faults(root) == []


def test_a_sentence_that_is_no_longer_said_is_dropped_and_a_changed_one_is_not_guessed(root):
    replace(root / "waystation" / "camps" / "views.py", "Saved.", "All saved.")

    messages.main(["extract"], root=root)

    known = messages.read(french(root), language="fr")
    assert known.get("Saved.") is None
    assert known.get("All saved.").string == ""
    assert "fuzzy" not in french(root).read_text()


def test_a_new_language_begins_with_a_folder(root):
    (root / messages.LOCALE / "ar").mkdir()

    messages.main(["extract"], root=root)

    arabic = messages.read(messages.file_of(root, "ar"), language="ar")
    assert arabic.get("Saved.").string == ""
    assert arabic.num_plurals == 6


# Compiled


def test_the_compiled_file_says_it_in_french(root):
    assert messages.main(["compile"], root=root) == 0

    with french(root).with_suffix(".mo").open("rb") as file:
        told = gettext.GNUTranslations(file)
    assert told.gettext("Saved.") == "Enregistré."
    assert told.pgettext("month", "May") == "mai"
    assert told.ngettext("%(count)s row", "%(count)s rows", 2) == "%(count)s lignes"


# Checked


def test_every_sentence_of_waystation_is_said_in_every_language():
    assert messages.faults(messages.ROOT) == []


def test_a_new_sentence_is_caught_in_every_language(tmp_path):
    shutil.copytree(
        messages.ROOT / "waystation", tmp_path / "waystation", ignore=shutil.ignore_patterns("static", "data")
    )
    replace(tmp_path / "waystation" / "kernel" / "problems.py", "Problems found: {count}", "Mistakes found: {count}")

    found = messages.faults(tmp_path)

    assert len([fault for fault in found if "Mistakes found" in fault and "is missing" in fault]) == len(
        messages.languages(tmp_path)
    )


def test_a_complete_language_passes(root, capsys):
    assert messages.main(["check"], root=root) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("written", "instead", "fault"),
    [
        pytest.param("Enregistré.", "", '"Saved." (waystation/camps/views.py) is not translated.', id="untranslated"),
        pytest.param('msgid "Saved."', '#, fuzzy\nmsgid "Saved."', "is marked fuzzy.", id="fuzzy"),
        pytest.param(
            'msgid "Saved."', 'msgid "Kept."', '"Saved." (waystation/camps/views.py) is missing', id="missing"
        ),
        pytest.param(
            'msgid "Saved."',
            'msgid "Kept."',
            '"Kept." (waystation/camps/views.py) is no longer said',
            id="no longer said",
        ),
        pytest.param("{left} à {site}", "{reste} à {site}", "placeholders", id="another name in braces"),
        pytest.param("{left} à {site}", "{left à {site}", "placeholders", id="a brace left open"),
        pytest.param("Enregistré.", "Enregistré {ici}.", "placeholders", id="a name in braces too many"),
        pytest.param("%(count)s lignes", "%(nombre)s lignes", "placeholders", id="another name in a plural"),
        pytest.param("%(count)s lignes", "lignes", "placeholders", id="a number left out of many"),
        pytest.param("%(count)s lignes", "", "lacks a plural form.", id="a plural left out"),
        pytest.param("à 100 %%", "à 100 %", "placeholders", id="a lone percent sign"),
    ],
)
def test_a_mistake_of_a_translator_is_caught(root, capsys, written, instead, fault):
    replace(french(root), written, instead)

    assert messages.main(["check"], root=root) == 1
    assert fault in capsys.readouterr().out


def test_the_number_may_be_left_out_where_there_is_one(root):
    replace(french(root), '%(count)s ligne"', 'Une ligne"')

    assert messages.faults(root) == []


def test_a_file_that_cannot_be_read_is_named_with_its_line(root, capsys):
    replace(french(root), 'msgstr "Enregistré."', '<<<<<<< HEAD\nmsgstr "Enregistré."')

    assert messages.main(["check"], root=root) == 1
    assert "django.po: " in capsys.readouterr().out


def test_a_project_without_any_language_does_not_pass(root):
    shutil.rmtree(root / messages.LOCALE)

    assert messages.main(["check"], root=root) == 1
