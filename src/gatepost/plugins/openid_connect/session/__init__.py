"""Sessions: what is known of somebody who logged in, and where it is kept between requests.

Owns: the record, its times, its seal, its cookies, and the two places it can lie: the cookie itself
or a Redis.
Refuses to know: how somebody logs in, what a session may do, tokens' content.
Neighbours: ``plugin`` (sealing, stores) and the configuration below; methods, login, logout above.
"""

from gatepost.plugins.openid_connect.session.cookies import Jar
from gatepost.plugins.openid_connect.session.keeper import Found, Keeper
from gatepost.plugins.openid_connect.session.lookup import Look, Lookup
from gatepost.plugins.openid_connect.session.record import Session
from gatepost.plugins.openid_connect.session.seals import NotOurs, Seals
from gatepost.plugins.openid_connect.session.times import Times

__all__ = ["Found", "Jar", "Keeper", "Look", "Lookup", "NotOurs", "Seals", "Session", "Times"]
