"""Mastodon's forms: what is written is read again, whatever stands in it, and what is none of them is said."""

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot import forms, handles
from bot.errors import UserError
from bot.forms import Form, Named, read

OWN = "home.test"
ADDRESSES = st.builds(
    "{}@{}.test".format,
    st.text("abc019_+=-.'\"%~üß漢☃", min_size=1, max_size=8),
    st.text("abc-0ü漢", min_size=1, max_size=5),
).filter(lambda written: handles.parse(written) is not None)
TITLES = st.text(st.one_of(st.sampled_from(",;\"'=+-@ \n\r\t<{["), st.characters(exclude_categories=["Cs"]))).filter(
    lambda title: title.strip() and "\0" not in title
)


def named(table):
    return [(one.title, one.address) for one in table.named]


@given(st.lists(ADDRESSES, min_size=1, unique_by=handles.parse))
def test_mutes_and_follows_come_back_as_they_were(addresses):
    spelled = [("", handles.parse(one)) for one in addresses]
    muted = read("".join(forms.mutes(addresses)).encode(), "muted_accounts.csv", OWN)
    followed = read("".join(forms.follows(addresses)).encode(), "x.csv", OWN)
    assert (muted.form, named(muted), muted.odd) == (Form.MUTES, spelled, ())
    assert (followed.form, named(followed), followed.odd) == (Form.FOLLOWS, spelled, ())


@given(st.lists(st.tuples(TITLES, ADDRESSES), min_size=1))
@example([("of two\nlines", "ann@a.test")])
@example([("Account address", "ann@a.test")])
@example([("friends, and a; few", "ann@a.test")])
def test_lists_come_back_whatever_they_are_called(members):
    table = read("".join(forms.lists(members)).encode(), "lists.csv", OWN)
    assert table.form is Form.LISTS
    assert named(table) == list(dict.fromkeys((title.strip(), handles.parse(one)) for title, one in members))


@given(st.binary(max_size=300), st.sampled_from(["mutes.csv", "lists.csv", "x"]))
def test_whatever_is_in_a_file_it_is_read_or_refused_with_its_name(data, name):
    try:
        said, table = name, read(data, name, OWN)
    except UserError as fault:
        said, table = str(fault), None
    assert said.startswith(name)
    assert table is None or all(handles.parse(one.address) == one.address for one in table.named)


@given(ADDRESSES)
def test_no_address_calls_a_function_in_a_spreadsheet(address):
    """The forms have to be exact, so that nothing can stand before it: no parenthesis, bar or exclamation mark."""
    assert not set(handles.parse(address)) & set('()|!=,;"\n')


def test_each_form_is_what_mastodon_writes():
    assert "".join(forms.mutes(["ann@a.test"])) == "Account address,Hide notifications\nann@a.test,false\n"
    assert "".join(forms.lists([("Friends, old", "ann@a.test")])) == '"Friends, old",ann@a.test\n'
    assert "".join(forms.follows(["ann@a.test"])) == (
        "Account address,Show boosts,Notify on new posts,Languages\nann@a.test,false,,\n"
    )


MUTED = "Account address,Hide notifications\n"
NOTED = 'Note,Account address,Hide notifications\n"a ""b"",\nc",ann@a.test,true\n'
SAMPLES = {
    "a mark of byte order, CRLF and empty lines": ("\ufeff" + MUTED + "\r\nann@a.test,true\r\n", "x", Form.MUTES),
    "columns that nobody knows, in another order": (NOTED, "x", Form.MUTES),
    "a list's name that looks like another form": ("#domain,ann@a.test\n", "x", Form.LISTS),
    "semicolons": ("Account address;Show boosts\nann@a.test;true\n", "x", Form.FOLLOWS),
    "tabs": ("Account address\tLanguages\nann@a.test\ten\n", "x", Form.FOLLOWS),
    "an @ before it, capitals and blanks": (f"{MUTED} @Ann@A.TEST ,true\n", "x", Form.MUTES),
    "a profile's page": (f"{MUTED}https://a.test/@ann,true\n", "x", Form.MUTES),
    "addresses alone, named as Mastodon does": ("ann@a.test\n", "a/b/muted_accounts (1).csv", Form.MUTES),
    "addresses alone, named as Mastodon's follows": ("ann@a.test\n", "following_accounts.csv", Form.FOLLOWS),
    "addresses alone": ("ann@a.test\n", "people.csv", Form.ADDRESSES),
    "more behind it, as Misskey writes": ("ann@a.test,withReplies=true\n", "people.csv", Form.ADDRESSES),
    "an old export": ("Account address\nann@a.test\n", "people.csv", Form.ADDRESSES),
    "blocks": ("ann@a.test\n", "blocked_accounts.csv", Form.BLOCKS),
    "twice the same": (f"{MUTED}ann@a.test,true\nAnn@a.test,true\n", "x", Form.MUTES),
}  # fmt: skip


@pytest.mark.parametrize(("text", "name", "form"), SAMPLES.values(), ids=SAMPLES)
def test_what_software_and_spreadsheets_make_of_a_form_is_read(text, name, form):
    table = read(text.encode(), name, OWN)
    assert (table.form, [one.address for one in table.named], table.odd) == (form, ["ann@a.test"], ())


def test_a_spreadsheets_utf_16_is_read():
    assert named(read(f"{MUTED}ann@a.test,true\n".encode("utf-16"), "x", OWN)) == [("", "ann@a.test")]


def test_a_name_without_host_is_one_of_the_owners_server():
    assert read(f"{MUTED}ann,true\n".encode(), "x", OWN).named == (Named(2, "ann@home.test"),)


def test_a_line_that_names_nobody_costs_that_line_and_is_told():
    table = read(f"{MUTED}x y,true\nann@a.test,true\n,true\n".encode(), "x", OWN)
    assert named(table) == [("", "ann@a.test")]
    assert [(odd.line, odd.what) for odd in table.odd] == [(2, "“x y” is no account's address"), (4, "no address")]


def test_lines_are_counted_as_an_editor_does_also_behind_a_quoted_line_break():
    table = read(f'{MUTED}ann@a.test,"a\nb"\nx y,true\n'.encode(), "x", OWN)
    assert [odd.line for odd in table.odd] == [4]


REFUSED = {
    "": "f.csv is empty",
    "#domain\nx.test\n": "f.csv holds blocked domains, not accounts",
    "#uri\nhttps://x.test/1\n": "f.csv holds bookmarks, not accounts",
    "<!DOCTYPE html>": "f.csv is no CSV but a web page",
    '{"a": 1}': "f.csv is no CSV but JSON",
    "PK\x03\x04": "f.csv is no CSV but an archive",
    "Name,Age\nAnn,3\n": "f.csv:1: “Name” is neither",
    f'{MUTED}ann@a.test,true\nben@a.test,"x\n': "f.csv:3: a quotation mark that opens here is not closed",
    f"{MUTED}{'x' * 200_000}\n": "f.csv:2: field larger than field limit",
    "ann@a.test\n" * 20_001: "f.csv has more than 20,000 lines",
}


@pytest.mark.parametrize(("text", "said"), REFUSED.items(), ids=[text[:20] for text in REFUSED])
def test_what_is_no_form_is_refused_in_words(text, said):
    with pytest.raises(UserError) as refused:
        read(text.encode(), "f.csv", OWN)
    assert str(refused.value).startswith(said)


def test_bytes_that_are_no_text_are_told_with_their_line():
    with pytest.raises(UserError, match=r"f\.csv:2: this is no UTF-8 text"):
        read(b"Account address\nb\xf6b@a.test\n", "f.csv", OWN)


def test_a_file_without_end_is_not_read():
    with pytest.raises(UserError, match="larger than 20 MB"):
        read(b"a" * (forms.MOST_BYTES + 1), "f.csv", OWN)


def test_what_is_written_is_csv_as_others_read_it():
    written = io.StringIO("".join(forms.lists([('a "b", c', "ann@a.test")])), newline="")
    assert list(csv.reader(written, strict=True)) == [['a "b", c', "ann@a.test"]]
