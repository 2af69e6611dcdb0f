// Answers while one types, by fetching the page that pressing Enter would show.
"use strict";

(() => {
  const box = document.getElementById("q");
  const results = document.getElementById("results");
  const status = document.getElementById("status");
  // Elsewhere there is nothing to replace: Enter leads to the search page.
  if (!box || !results) return;

  const wait = 150;
  const slow = 400;
  let timer = 0;
  let running = null;
  let shown = address();

  function address() {
    const asked = new URLSearchParams(new FormData(box.form));
    asked.set("q", box.value.trim());
    for (const [name, value] of [...asked]) if (!value) asked.delete(name);
    return box.value.trim() ? `/?${asked}` : "/";
  }

  async function update() {
    const wanted = address();
    if (wanted === shown) return;
    running?.abort();
    const mine = (running = new AbortController());
    const late = setTimeout(() => {
      results.setAttribute("aria-busy", "true");
      status.textContent = "Searching …";
    }, slow);
    try {
      const response = await fetch(wanted, { signal: mine.signal });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.getElementById("results") ?? page.getElementById("content");
      results.replaceChildren(...fresh.childNodes);
      document.title = page.title;
      history.replaceState(null, "", wanted);
      shown = wanted;
      status.textContent = results.querySelector("h1")?.textContent ?? "";
    } catch (error) {
      // A newer query took over, which will tell itself how it ended.
      if (error.name === "AbortError") return;
      status.textContent = "The search did not answer. Press Enter to try again.";
      const told = document.createElement("p");
      told.className = "fault";
      told.textContent = status.textContent;
      results.replaceChildren(told);
      shown = "";
    } finally {
      clearTimeout(late);
      if (running === mine) results.removeAttribute("aria-busy");
    }
  }

  box.form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(update, wait);
  });
})();
