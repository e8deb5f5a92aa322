from xml.etree import ElementTree

from bench.chart import Bar, draw

NS = "{http://www.w3.org/2000/svg}"


def bar(title: str, value: float, kind: str = "peer") -> Bar:
    return Bar(title, value, value * 0.9, value * 1.1, kind)


def test_the_chart_is_well_formed_and_escapes_titles() -> None:
    root = ElementTree.fromstring(draw([bar("a < b & c", 10)], "x & y"))
    texts = [text.text for text in root.iter(f"{NS}text")]
    assert "a < b & c" in texts
    assert "10.0" in texts


def test_a_bar_is_as_long_as_its_value_and_what_is_far_too_long_is_cut() -> None:
    root = ElementTree.fromstring(
        draw([bar("a", 10), bar("b", 20, "baseline"), bar("c", 900, "gatepost")], "")
    )
    widths = [float(rect.attrib["width"]) for rect in root.iter(f"{NS}rect")][1:]
    assert widths[1] == 2 * widths[0]
    assert widths[2] < 10 * widths[1]
