from gatepost.node.metrics import Exposition


def test_samples_of_several_processes_are_added_up() -> None:
    out = Exposition()
    text = '# TYPE calls counter\ncalls{a="1"} 2\ncalls{a="2"} 0.5\nother 1\n'
    out.merge(text)
    out.merge(text)
    assert out.text() == '# TYPE calls counter\ncalls{a="1"} 4\ncalls{a="2"} 1\nother 2\n'


def test_parts_of_a_histogram_stay_under_their_family() -> None:
    out = Exposition()
    out.merge('# TYPE t histogram\nt_bucket{le="1"} 1\nt_sum 0.5\nt_count 1\n')
    assert out.text().splitlines()[0] == "# TYPE t histogram"
    assert len(out.text().splitlines()) == 4


def test_lines_that_are_no_samples_are_left_out() -> None:
    out = Exposition()
    out.merge("# HELP\n\nnonsense\nx y z\na NaN\nb 1e3\n# c\n")
    assert out.text() == "b 1000\n"


def test_label_values_are_escaped() -> None:
    out = Exposition()
    out.about("m", "gauge", "help")
    out.add("m", 1.25, {"route": 'a"b\\c\nd'})
    assert out.text() == '# HELP m help\n# TYPE m gauge\nm{route="a\\"b\\\\c\\nd"} 1.25\n'
