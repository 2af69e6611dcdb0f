// The search box as a combobox (WAI-ARIA APG, editable, with list): terms that one may be typing.
"use strict";

(() => {
  const box = document.getElementById("q");
  const list = document.getElementById("suggestions");
  const status = document.getElementById("status");
  if (!box || !list) return;

  const wait = 80;
  const most = 6;
  let timer = 0;
  let running = null;
  let active = -1;

  // Only now: without this script there is nothing to open.
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");

  const isOpen = () => !list.hidden;

  function close() {
    clearTimeout(timer);
    running?.abort();
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    choose(-1);
  }

  function choose(place) {
    const options = list.children;
    options[active]?.setAttribute("aria-selected", "false");
    active = place;
    if (place < 0) {
      box.removeAttribute("aria-activedescendant");
      return;
    }
    options[place].setAttribute("aria-selected", "true");
    options[place].scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", options[place].id);
  }

  function part(name, text) {
    const span = document.createElement("span");
    span.className = name;
    span.textContent = text;
    return span;
  }

  function option(found, place) {
    const item = document.createElement("li");
    item.id = `suggestion-${place}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.address = found.address;
    item.append(part("title", found.title));
    // Spaces between the parts, so that they are read as words.
    if (found.title !== found.term) item.append(" ", part("term", found.term));
    item.append(" ", part("gist", found.definition));
    return item;
  }

  function show(suggestions) {
    choose(-1);
    list.replaceChildren(...suggestions.map(option));
    list.hidden = suggestions.length === 0;
    box.setAttribute("aria-expanded", String(isOpen()));
    if (isOpen()) {
      const count = suggestions.length;
      status.textContent = `${count} ${count === 1 ? "suggestion" : "suggestions"}, arrow keys choose`;
    }
  }

  async function askService(text, count, signal) {
    const address = `/api/v1/suggest?${new URLSearchParams({ q: text, limit: count })}`;
    const response = await fetch(address, { signal });
    const { suggestions } = response.ok ? await response.json() : { suggestions: [] };
    return suggestions.map((one) => ({ ...one, address: `/terms/${encodeURIComponent(one.id)}` }));
  }

  // A site without a service answers itself.
  const ask = window.glossarySearch?.suggest ?? askService;

  async function update() {
    const text = box.value.trim();
    running?.abort();
    if (!text) return close();
    const mine = (running = new AbortController());
    try {
      const found = await ask(text, most, mine.signal);
      if (document.activeElement === box && !mine.signal.aborted) show(found);
    } catch {
      // A newer text took over, or the service is away: the box itself still works.
    }
  }

  function follow(item) {
    location.assign(item.dataset.address);
  }

  const keys = {
    ArrowDown: () => (isOpen() ? choose((active + 1) % list.children.length) : update()),
    ArrowUp: () => isOpen() && choose((active <= 0 ? list.children.length : active) - 1),
    // In an editable combobox these two belong to the text, and what was chosen is let go.
    Home: () => (choose(-1), box.setSelectionRange(0, 0)),
    End: () => (choose(-1), box.setSelectionRange(box.value.length, box.value.length)),
    Escape: () => (isOpen() ? close() : clear()),
  };

  function clear() {
    box.value = "";
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") {
      const chosen = list.children[active];
      if (isOpen() && chosen) {
        event.preventDefault();
        follow(chosen);
      }
      close();
      return;
    }
    // With Shift, Home and End select text.
    if (!(event.key in keys) || event.shiftKey) return;
    event.preventDefault();
    keys[event.key]();
  });

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(update, wait);
  });
  box.addEventListener("blur", close);
  // Before blur closes the list under the pointer.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) follow(item);
  });
})();
