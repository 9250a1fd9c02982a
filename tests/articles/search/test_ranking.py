from hypothesis import given
from hypothesis import strategies as st

from articles.search.query import MEANT, TYPED, Alternative
from articles.search.ranking import Document, scores


def group(*ways: str, weight: float = TYPED) -> tuple[Alternative, ...]:
    return tuple(Alternative(tuple(way.split()), weight) for way in ways)


def best(groups: list[tuple[Alternative, ...]], *documents: Document) -> int:
    rated = scores(groups, documents)
    return rated.index(max(rated))


def document(heading: str = "", title: str = "", body: str = "", callout: str = "info") -> Document:
    return Document.of(heading, f"{title} {heading}", f"{title} {heading} {body}", callout)


def test_a_heading_counts_more_than_a_title_and_a_title_more_than_the_text() -> None:
    heading, title, body = document("calf x"), document("x", "calf"), document("x", "y", "calf calf calf")
    assert scores([group("calf")], [heading, title, body]) == sorted(
        scores([group("calf")], [heading, title, body]), reverse=True
    )


def test_the_rarer_word_decides() -> None:
    common = [document(body="leg") for _ in range(10)]
    rated = scores([group("leg"), group("gout")], [*common, document(body="gout"), document(body="leg gout")])
    assert rated.index(max(rated)) == 11
    assert rated[10] > rated[0] == 0.0, "what holds only the common word is left out"


def test_a_document_with_every_word_comes_before_one_with_some() -> None:
    assert best([group("calf"), group("pain")], document("calf"), document(body="calf pain")) == 1


def test_what_was_typed_comes_before_what_it_also_means() -> None:
    ways = (*group("dvt"), *group("blood clot", weight=MEANT))
    assert best([ways], document(body="blood clot"), document(body="dvt x")) == 1
    assert scores([ways], [document(body="blood x")]) == [0.0], "both words of a way must be there"


def test_of_two_that_fit_alike_the_more_urgent_one_comes_first() -> None:
    assert best([group("calf")], document("calf"), document("calf", callout="urgent")) == 1


def test_no_documents_have_no_scores() -> None:
    assert scores([group("calf")], []) == []


stems = st.lists(st.sampled_from("abcde"), max_size=8).map(" ".join)
documents = st.lists(st.builds(document, stems, stems, stems), max_size=6)
groups = st.lists(
    st.lists(st.sampled_from(["a", "b", "a b", "z"]), min_size=1).map(lambda ways: group(*ways)), max_size=3
)


@given(groups, documents)
def test_a_document_with_nothing_of_the_query_is_never_shown(groups: list, documents: list[Document]) -> None:
    rated = scores(groups, documents)
    assert len(rated) == len(documents)
    for score, each in zip(rated, documents, strict=True):
        holds = any(all(one in each.everything for one in way.stems) for ways in groups for way in ways)
        assert score >= 0
        assert holds or not score
