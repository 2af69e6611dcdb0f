// Answers while one types, by fetching the page that pressing Enter would show.
"use strict";

(() => {
  const box = document.getElementById("q");
  const results = document.getElementById("results");
  // On a term page there is nothing to replace: Enter leads to the search page.
  if (!box || !results) return;

  const wait = 150;
  let timer = 0;
  let running = null;
  let shown = box.value.trim();

  async function update() {
    const query = box.value.trim();
    if (query === shown) return;
    const address = query ? `/?q=${encodeURIComponent(query)}` : "/";
    if (running) running.abort();
    running = new AbortController();
    try {
      const response = await fetch(address, { signal: running.signal });
      if (!response.ok) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.getElementById("results");
      if (!fresh) return;
      results.replaceChildren(...fresh.childNodes);
      document.title = page.title;
      history.replaceState(null, "", address);
      shown = query;
    } catch (error) {
      // A newer query took over, or the service is away: Enter still works.
      if (error.name !== "AbortError") console.warn(error);
    }
  }

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(update, wait);
  });
})();
