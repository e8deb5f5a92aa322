from gatepost.idp import deliveries as module
from gatepost.idp.deliveries import Deliveries, Delivery


def test_deliveries_are_shown_and_forgotten() -> None:
    made = Deliveries()
    made.add(Delivery("app", "http://x/", "back-channel", "sid", status=200))
    made.add(Delivery("app", "http://x/", "back-channel", None, error="no answer", fault="f"))
    assert made.shown() == [
        {"application": "app", "url": "http://x/", "kind": "back-channel", "sid": "sid",
         "status": 200, "error": None, "fault": None},
        {"application": "app", "url": "http://x/", "kind": "back-channel", "sid": None,
         "status": None, "error": "no answer", "fault": "f"},
    ]  # fmt: skip
    made.clear()
    assert made.shown() == []


def test_only_the_last_ones_are_kept() -> None:
    made = Deliveries()
    for number in range(module._MOST + 5):
        made.add(Delivery(str(number), "", "", None))
    assert len(made.shown()) == module._MOST
    assert made.shown()[0]["application"] == "5"
