"use strict";
// Goes on when every application has answered in its frame, or after five seconds.
const next = document.getElementById("continue");
if (next) {
  const go = () => location.replace(next.href);
  addEventListener("load", go);
  setTimeout(go, 5000);
}
