"""One key for every spelling of a link, and nothing but :class:`BadInput` for any text: found out by hypothesis."""

from urllib.parse import quote, urlsplit

from hypothesis import example, given
from hypothesis import strategies as st

from exitzero.core.errors import BadInput
from exitzero.work.outreach.links import LinkProof, Platform, check, platform_of
from exitzero.work.outreach.links_page import address, read
from tests.work.outreach.test_links import RIGHT

_WORDS = st.text(alphabet="abcXYZ019-_.~ äß%/+&=?#;@:'()", min_size=1, max_size=8).filter(lambda word: word != "..")
_TRACKERS = st.lists(
    st.sampled_from(["utm_source=mail", "utm_campaign=x%20y", "fbclid=IwAR1", "gclid=1", "trk=abc", "lipi=1", "hl=de"]),
    unique=True,
)  # fmt: skip


@st.composite
def _links(draw: st.DrawFn) -> str:
    host = draw(st.sampled_from(["example.com", "jobs.example.org", "bücher.example", "x.example.co.uk"]))
    path = "".join("/" + quote(part, safe="") for part in draw(st.lists(_WORDS, max_size=4)))
    names = st.text(alphabet="abcxyz019_", min_size=1, max_size=4).map(lambda name: f"q{name}")
    fields = draw(st.dictionaries(names, _WORDS, max_size=3))
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in fields.items())
    route = draw(st.sampled_from(["", "#top", "#/open/7", "#!/open/7", "#:~:text=hello"]))
    return f"https://{host}/application/7{path}" + (f"?{query}" if query else "") + route


def _spelled(link: str, *, host: str, trackers: list[str], turned: bool, percent: bool, slash: bool, port: str) -> str:
    """The same link as another program would write it."""
    split = urlsplit(link)
    path = split.path
    if percent:
        # What was escaped already stays; only letters that were written plainly are escaped anew.
        path = "".join(
            part if index % 2 else part.replace("n", "%6E") for index, part in enumerate(_escapes_apart(split.path))
        )
    fields = split.query.split("&") if split.query else []
    fields = [*reversed(fields), *trackers] if turned else [*trackers, *fields]
    query = f"?{'&'.join(fields)}" if fields else ""
    fragment = f"#{split.fragment}" if split.fragment else ""
    return f"HTTPS://{host}{split.netloc.upper()}{port}{path}{'/' if slash else ''}{query}{fragment}"


def _escapes_apart(path: str) -> list[str]:
    """The path cut before and after each escape, so that every second piece is one."""
    pieces: list[str] = [""]
    index = 0
    while index < len(path):
        if path[index] == "%":
            pieces += [path[index : index + 3], ""]
            index += 3
        else:
            pieces[-1] += path[index]
            index += 1
    return pieces


@given(
    link=_links(),
    host=st.sampled_from(["", "www.", "m.", "WWW.", "mobile."]),
    trackers=_TRACKERS,
    turned=st.booleans(),
    percent=st.booleans(),
    slash=st.booleans(),
    port=st.sampled_from(["", ":443", ".:443"]),
)
def test_the_key_is_the_same_for_every_spelling(
    *, link: str, host: str, trackers: list[str], turned: bool, percent: bool, slash: bool, port: str
) -> None:
    """Case of the host, www., tracking, order, escapes, port and the slash at the end change nothing."""
    other = _spelled(link, host=host, trackers=trackers, turned=turned, percent=percent, slash=slash, port=port)
    assert check(other).key == check(link).key


@given(
    row=st.sampled_from(RIGHT),
    tracker=_TRACKERS,
    port=st.sampled_from(["", ":443"]),
    upper=st.booleans(),
)
def test_tracking_and_case_change_no_proof_of_the_table(
    row: tuple[str, Platform, bool, str], tracker: list[str], port: str, upper: bool
) -> None:
    """What holds for pages of one's own making holds for every platform's too."""
    split = urlsplit(row[0])
    host = split.netloc.upper() if upper else split.netloc
    query = "&".join(filter(None, [*tracker, split.query]))
    port = "" if ":" in host else port
    spelled = split._replace(netloc=host + port, query=query).geturl()
    assert check(spelled).key == f"link:{row[3]}"


@given(_links())
@example("https://example.com/application/7?qq=%FF&qa=%2b+%26")
@example("https://example.com/a%252e%252e/%2e%2e/7/index.html/index.php;jsessionid=1")
def test_a_key_spells_itself(link: str) -> None:
    """The key of a key is that key, so that proofs kept earlier are found again."""
    key = check(link).key
    assert check(f"https://{key.removeprefix('link:')}").key == key
    assert check(check(link).shown).key == key


def _outcome(text: str) -> LinkProof | BadInput:
    try:
        return check(text)
    except BadInput as refused:
        return refused


@given(st.one_of(st.text(), st.text().map("https://".__add__), _links().flatmap(
    lambda link: st.tuples(st.integers(0, len(link)), st.text(max_size=3)).map(
        lambda cut: link[: cut[0]] + cut[1] + link[cut[0] :]
    )
)))  # fmt: skip
@example("https://[/x")
@example("https://example.com/\ud800")
@example("https://\u2100.com/x")
@example("https://" + "a" * 70 + ".com/x")
@example("https://xn--a.com/x")
@example("https://..com/x")
@example("https://example.com:٣/x")
@example("https://mail.google.com/mail/u/0?permthid=thread-f:" + "9" * 3900)
def test_any_text_is_a_proof_or_bad_input(text: str) -> None:
    """Whatever is pasted, nothing but BadInput comes out, and the platform can always be told."""
    platform_of(text)
    match _outcome(text):
        case BadInput() as refused:
            assert refused.field == "proof"
            assert refused.message
        case proof:
            assert proof.key.startswith("link:")
            assert (proof.key + proof.shown).isascii()


@given(
    st.sampled_from([row[0] for row in RIGHT]).map(lambda link: "https://" + urlsplit(link).netloc),
    st.text(alphabet="abz019/-_#?=&.%@:+", max_size=40),
)
def test_any_path_on_a_platform_is_a_proof_or_bad_input(origin: str, rest: str) -> None:
    """No rule of a platform stumbles over a path that it does not know."""
    match _outcome(f"{origin}/{rest}"):
        case BadInput() as refused:
            assert refused.field == "proof"
        case proof:
            assert check(proof.shown).key == proof.key or "sha256-" in proof.key


def test_the_address_is_ascii_and_has_no_double_escapes() -> None:
    """An escape written twice stays twice, one written once stays once."""
    assert address(read("https://Bücher.example/%C3%A4/ä/%2520")) == "xn--bcher-kva.example/%C3%A4/%C3%A4/%2520"
