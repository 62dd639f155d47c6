"""What is refused, where, and that nothing comes before a refusal."""

import random
from pathlib import Path

import pytest

from cms.importing.documents import ImportedArticle, ImportWarning
from cms.importing.refusal import ImportRefused
from cms.importing.wordpress import bytes_to_read, read_wxr
from cms.importing.wordpress import stream as stream_module
from tests.importing.exports import export, only, post, read, read_post


def refusal_of(folder: Path, text: str | bytes) -> ImportRefused:
    path = folder / "export.xml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ImportRefused) as caught:
        next(read_wxr([path]))
    return caught.value


def test_a_bare_ampersand_is_refused_with_line_column_and_cure(tmp_path: Path) -> None:
    error = refusal_of(tmp_path, export(post("x"), "<item>\n<title>Fish & chips</title></item>"))
    assert (error.file, error.line, error.column) == ("export.xml", 7, 14)
    assert "&amp;" in error.message
    assert "Nothing was imported" in error.message


def test_a_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    whole = export(post("first"), post("second", number=2))
    error = refusal_of(tmp_path, whole[: whole.index("second")])
    assert error.line == 6
    assert "cut off" in error.message


def test_a_fault_in_the_second_file_comes_before_anything_of_the_first(tmp_path: Path) -> None:
    sound, broken = tmp_path / "a.xml", tmp_path / "b.xml"
    sound.write_text(export(post("x")))
    broken.write_text(export(post("y"))[:-10])
    with pytest.raises(ImportRefused) as caught:
        next(read_wxr([sound, broken]))
    assert caught.value.file == "b.xml"


def test_a_cdata_section_that_ends_early_is_refused(tmp_path: Path) -> None:
    broken = export(post("HERE")).replace("HERE", "a ]]> b")
    assert "CDATA" in refusal_of(tmp_path, broken).message


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE rss>",
        '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE rss SYSTEM "file:///etc/passwd">',
        '<!-- c -->\n<!DOCTYPE rss [<!ENTITY e SYSTEM "http://127.0.0.1/x">]>',
        "<!doctype rss>",
    ],
)
def test_a_dtd_is_refused_with_its_place(tmp_path: Path, doctype: str) -> None:
    error = refusal_of(tmp_path, export(post("x")).replace("?>\n", f"?>\n{doctype}\n", 1))
    assert error.line == 2 + doctype.count("\n")
    assert error.column == 1
    assert "DTD" in error.message


def test_a_dtd_is_refused_in_utf_16_too(tmp_path: Path) -> None:
    text = export(post("x")).replace('encoding="UTF-8"?>\n', 'encoding="UTF-16"?>\n<!DOCTYPE rss>')
    assert "DTD" in refusal_of(tmp_path, text.encode("utf-16")).message


def test_an_export_in_utf_16_is_read(tmp_path: Path) -> None:
    path = tmp_path / "export.xml"
    path.write_bytes(export(post("Élan")).replace("UTF-8", "UTF-16").encode("utf-16"))
    assert only(list(read_wxr([path])), ImportedArticle)[0].markdown == "Élan"


@pytest.mark.parametrize(
    "text", ["<html><body/></html>", "<rss><channel><title>Feed</title></channel></rss>", '{"db": []}', ""]
)
def test_what_is_no_export_is_refused(tmp_path: Path, text: str) -> None:
    assert refusal_of(tmp_path, text).line == 1


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="cannot be read"):
        next(read_wxr([tmp_path / "none.xml"]))


def test_an_item_without_end_is_refused_before_it_fills_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream_module, "ITEM_BYTES_MAX", 200_000)
    many = "<wp:postmeta><wp:meta_key>k</wp:meta_key></wp:postmeta>" * 10_000
    assert "larger than" in refusal_of(tmp_path, export(post("x", more=many))).message


def test_control_characters_become_spaces_with_a_warning(tmp_path: Path) -> None:
    events = read(tmp_path, export(post("one\x0btwo\x08three")))
    assert only(events, ImportedArticle)[0].markdown == "one two three"
    assert [warning.message for warning in only(events, ImportWarning)] == [
        "2 control character(s), which XML forbids, were read as spaces"
    ]


def test_every_byte_is_told_twice(tmp_path: Path) -> None:
    path = tmp_path / "export.xml"
    path.write_text(export(*(post("x" * 5000, number=number) for number in range(60))))
    told: list[int] = []
    assert len(only(list(read_wxr([path], on_bytes=told.append)), ImportedArticle)) == 60
    assert sum(told) == bytes_to_read([path])


def test_any_damage_is_refused_or_read_and_nothing_else(tmp_path: Path) -> None:
    whole = export(post("<p>Some <b>text</b></p>"), post("[gallery]", number=2)).encode()
    chance = random.Random(7)
    refused = 0
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path = tmp_path / "damaged.xml"
        path.write_bytes(damaged)
        try:
            list(read_wxr([path]))
        except ImportRefused:
            refused += 1
    assert refused > 100


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_each_version_of_the_namespace_is_read(tmp_path: Path, version: str, scheme: str) -> None:
    events = read(tmp_path, export(post("Body", excerpt="Short"), version=version, scheme=scheme))
    article = only(events, ImportedArticle)[0]
    assert (article.slug, article.excerpt, article.markdown) == ("a-title", "Short", "Body")


def test_one_value_in_several_cdata_sections_is_one_value(tmp_path: Path) -> None:
    assert read_post(tmp_path, "a ]]> b").markdown == "a \\]\\]\\> b"
