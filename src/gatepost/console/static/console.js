// The little that a page does by itself. No secret is kept here: what is copied stands on the page.
(() => {
  const themes = { light: "dark", dark: "light" };
  const remembered = () => (document.cookie.match(/(?:^|; )gatepost_theme=(light|dark)/) || [])[1];
  const dark = () => document.body.classList.contains("body--dark");
  let waiting = null; // for the second key of two

  const typing = (target) =>
    target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);

  const say = (words) => window.Quasar && Quasar.Notify
    ? Quasar.Notify.create({ message: words, timeout: 1500, position: "bottom" })
    : undefined;

  window.gatepost = {
    theme() {
      const next = themes[dark() ? "dark" : "light"];
      document.cookie = `gatepost_theme=${next}; path=/; max-age=31536000; samesite=lax`;
      if (window.Quasar) Quasar.Dark.set(next === "dark");
    },
    async copy(button) {
      const text = button.dataset.copy || "";
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        // without TLS there is no clipboard for scripts; the old way works
        const area = document.createElement("textarea");
        area.value = text;
        document.body.append(area);
        area.select();
        document.execCommand("copy");
        area.remove();
      }
      const icon = button.querySelector(".q-icon");
      if (icon) {
        icon.textContent = "check";
        setTimeout(() => (icon.textContent = "content_copy"), 1500);
      }
    },
    async again() {
      try {
        const answer = await fetch(location.href, { method: "GET", cache: "no-store" });
        if (answer.ok && !(await answer.text()).includes("opens when it answers")) location.reload();
      } catch { /* later */ }
    },
    reload() { // by somebody who knows that what is not saved is lost
      document.querySelectorAll(".gp-unsaved").forEach((one) => one.classList.remove("gp-unsaved"));
      location.reload();
    },
    enter() {
      location.href = "/enter?to=" + encodeURIComponent(location.pathname + location.search);
    },
    say,
  };

  const plane = () => {
    const found = new URLSearchParams(location.search).get("plane");
    return found ? "?plane=" + encodeURIComponent(found) : "";
  };
  const places = { o: "/", s: "/services", n: "/nodes", t: "/traces", y: "/try", p: "/policies" };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (waiting) {
      clearTimeout(waiting);
      waiting = null;
      if (places[event.key]) {
        event.preventDefault();
        location.href = places[event.key] + plane();
      }
      return;
    }
    if (event.key === "/") {
      event.preventDefault();
      document.querySelector(".gp-search input")?.focus();
    } else if (event.key === "?") {
      document.getElementById("gp-keys")?.click();
    } else if (event.key === "g") {
      waiting = setTimeout(() => (waiting = null), 1200);
    }
  });

  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector(".gp-unsaved")) event.preventDefault();
  });

  window.addEventListener("pageshow", () => {
    const theme = remembered();
    if (theme && window.Quasar) Quasar.Dark.set(theme === "dark");
  });
})();
