// The search of a site without a service: its files are read when somebody is about to search.
"use strict";

(() => {
  // Before anything is drawn: the search box has its place from the start.
  document.documentElement.classList.add("scripted");

  const search = (window.glossarySearch ??= {});
  const root = new URL("..", document.currentScript.src);
  // A browser may have kept the data of another snapshot.
  const { snapshot } = document.currentScript.dataset;
  const WAIT = 120;
  const FILES = ["assets/titles.js", "assets/words.js", "assets/finding.js"];
  const DATA = ["data/titles.js", "data/words.js"];
  const MEANING = ["assets/meaning.js", "data/meaning.js"];
  let opened = null;

  function read(file) {
    return new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = new URL(`${file}?${snapshot}`, root);
      script.onload = done;
      script.onerror = () => failed(new Error(`${file} cannot be read`));
      document.head.append(script);
    });
  }

  async function openAll() {
    await Promise.all([...FILES, ...DATA].map(read));
    const { glossaryTitles: titles, glossaryWords: words } = window;
    if (titles.byMeaning) await Promise.all(MEANING.map(read));
    return new search.Finder({ titles, words, meaning: window.glossaryMeaning });
  }

  const open = () => (opened ??= openAll());
  const addressOf = (page) => new URL(`terms/${page}.html`, root).href;

  async function find(query, options) {
    return (await open()).find(query, options);
  }

  async function suggest(text, most) {
    const found = (await open()).suggest(text, most);
    return found.map((one) => ({ ...one, address: addressOf(one.page) }));
  }

  Object.assign(search, { open, find, suggest });

  function card(hit) {
    const item = document.getElementById("hit").content.cloneNode(true);
    item.querySelector(".card").href = addressOf(hit.page);
    item.querySelector(".card-term").textContent = hit.term;
    const bars = item.querySelector(".bars");
    if (hit.bars) {
      bars.textContent = "■".repeat(hit.bars);
      bars.setAttribute("aria-label", `strength ${hit.bars} of 10`);
    } else bars.remove();
    item.querySelector(".card-why").textContent = hit.why;
    const text = item.querySelector(".card-text");
    text.append(...hit.parts.map((part, place) => (place % 2 ? element("mark", "", part) : part)));
    return item;
  }

  function element(name, className, ...content) {
    const made = document.createElement(name);
    made.className = className;
    made.append(...content);
    return made;
  }

  function headline({ query, corrected, hits, close }) {
    if (!hits.length) return `Nothing found for “${query}”`;
    if (!close) return `No close match for “${query}”`;
    return `${hits.length} ${hits.length === 1 ? "entry" : "entries"} for “${corrected ?? query}”`;
  }

  function results(answer) {
    const parts = [element("h1", "quiet", headline(answer))];
    if (answer.corrected) {
      const again = element("a", "", "Search for that instead");
      again.href = `?${new URLSearchParams({ q: answer.query, exact: "true" })}`;
      parts.push(element("p", "corrected", `You typed “${answer.query}”. `, again));
    }
    if (!answer.close) {
      const nearest = answer.hits.length ? "These are the nearest terms there are; another" : "Another";
      parts.push(element("p", "", `${nearest} wording may find more.`));
    }
    parts.push(element("ol", "cards", ...answer.hits.map(card)));
    return parts;
  }

  function start() {
    const box = document.getElementById("q");
    const place = document.getElementById("results");
    // Elsewhere there is nothing to replace: Enter leads to the search page.
    if (!box || !place) return;
    const begin = [...place.childNodes];
    const title = document.title;
    const status = document.getElementById("status");
    let timer = 0;
    let latest = 0;

    async function update({ correct = true } = {}) {
      clearTimeout(timer);
      const query = box.value.trim();
      const mine = (latest += 1);
      let shown = begin;
      if (query) {
        try {
          shown = results(await find(query, { correct }));
        } catch {
          shown = [element("p", "fault", "The files of the search could not be read.")];
        }
      }
      // A newer query took over.
      if (mine !== latest) return;
      place.replaceChildren(...shown);
      document.title = query ? `${query} – ${title}` : title;
      status.textContent = query ? place.firstElementChild.textContent : "";
      const asked = query ? `?${new URLSearchParams(correct ? { q: query } : { q: query, exact: "true" })}` : "";
      history.replaceState(null, "", location.pathname + asked);
    }

    box.form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(update, WAIT);
    });
    box.form.addEventListener("submit", (event) => {
      event.preventDefault();
      update();
    });
    const given = new URLSearchParams(location.search);
    box.value = given.get("q") ?? box.value;
    if (box.value) update({ correct: given.get("exact") !== "true" });
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.getElementById("q")?.addEventListener("focus", () => open().catch(() => {}), { once: true });
    start();
  });
})();
