// The search of a site without a service: its files are read when somebody is about to search.
"use strict";

(() => {
  // Before anything is drawn: the search box has its place from the start.
  document.documentElement.classList.add("scripted");

  const search = (window.glossarySearch ??= {});
  const root = new URL("..", document.currentScript.src);
  const WAIT = 120;
  const MOST_HITS = 10;
  const MOST_WORDS_CORRECTED = 6;
  const TITLE_STRENGTH = 100;
  const EDIT_STRENGTH = 5;
  const SHARED_FOR_DEFINITION = 0.5;
  const ENGINE = ["assets/titles.js", "assets/words.js", "data/titles.js", "data/words.js"];
  const MEANING = ["assets/meaning.js", "data/meaning.js"];
  let opened = null;

  function read(file) {
    return new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = new URL(file, root);
      script.onload = done;
      script.onerror = () => failed(new Error(`${file} cannot be read`));
      document.head.append(script);
    });
  }

  async function openAll() {
    await Promise.all(ENGINE.map(read));
    const { entries, byMeaning } = window.glossaryTitles;
    if (byMeaning) await Promise.all(MEANING.map(read));
    return {
      entries,
      reasons: window.glossaryTitles.reasons,
      titles: new search.Titles(window.glossaryTitles),
      words: new search.Words(window.glossaryWords, entries.length),
      meaning: byMeaning ? new search.Meaning(window.glossaryMeaning, entries.length) : null,
    };
  }

  const open = () => (opened ??= openAll());

  function titled({ title, edits = 0, cut = false, whole = true }) {
    const lost = EDIT_STRENGTH * (edits + cut + !whole);
    const matchedOn = search.MATCHED_ON[title.kind];
    return { entry: title.entry, matchedOn, strength: TITLE_STRENGTH - lost };
  }

  // What a query names; only when it names nothing is it looked at as misspelt.
  function asked({ titles, words }, text, correct) {
    const parts = [text, ...titles.namedPart(text)];
    for (const part of parts) {
      let found = titles.exact(part);
      if (!found.length) found = titles.acronyms(part, text);
      if (found.length) return { text, named: found.map(titled) };
    }
    for (const part of parts) {
      if (part.split(" ").length > MOST_WORDS_CORRECTED) continue;
      const found = titles.corrections(part);
      const begun = found.filter(({ edits }) => edits === 0);
      if (begun.length) return { text, named: begun.map(titled) };
      if (correct && found.length && !words.isKnown(part)) {
        const [first] = found;
        const same = found.filter(({ edits, cut }) => edits === first.edits && cut === first.cut);
        const named = same.map((one) => ({ ...titled(one), matchedOn: "spelling" }));
        return { text: first.title.text, named, corrected: first.title.text };
      }
    }
    return { text, named: [] };
  }

  function ranked({ words, meaning }, text) {
    const shares = words.share(text);
    const scores = meaning ? meaning.scores(text, shares) : shares;
    const entries = Array.from(scores.keys());
    const order = (meaning ? entries : entries.filter((entry) => shares[entry] > 0))
      .sort((a, b) => scores[b] - scores[a] || a - b);
    return order.map((entry) => ({
      entry,
      matchedOn: !meaning || shares[entry] >= SHARED_FOR_DEFINITION ? "definition" : "meaning",
      strength: meaning ? meaning.strength(scores[entry]) : null,
    }));
  }

  async function find(query, { correct = true, most = MOST_HITS } = {}) {
    const site = await open();
    const { text, named, corrected } = asked(site, query.trim().replace(/\s+/g, " "), correct);
    named.sort((a, b) => b.strength - a.strength);
    const seen = new Set(named.map(({ entry }) => entry));
    const ceiling = named.at(-1)?.strength ?? TITLE_STRENGTH;
    const others = ranked(site, text).filter(({ entry }) => !seen.has(entry)).map((hit) =>
      ({ ...hit, strength: hit.strength === null ? null : Math.min(hit.strength, ceiling) }));
    const hits = [...named, ...others].slice(0, most).map(({ entry, matchedOn, strength }) => {
      const [term, page, definition] = site.entries[entry];
      const why = site.reasons[matchedOn];
      const address = new URL(`terms/${page}.html`, root).href;
      const bars = site.meaning ? Math.min(Math.max(Math.ceil(strength / 10), 1), 10) : 0;
      return { term, page, definition, matchedOn, why, address, strength, bars };
    });
    const close = site.meaning ? hits[0]?.strength >= site.meaning.data.close : hits.length > 0;
    return { query, hits, close, corrected };
  }

  async function suggest(text, most) {
    const { entries, titles } = await open();
    const begun = titles.begun(text);
    const found = begun.length ? begun : titles.corrections(text, { unfinished: true });
    return found.slice(0, most).map(({ title }) => {
      const [term, page, definition] = entries[title.entry];
      const shown = title.kind === search.HIDDEN ? term : title.text;
      return { term, title: shown, definition, address: new URL(`terms/${page}.html`, root).href };
    });
  }

  Object.assign(search, { open, find, suggest });

  function card(hit) {
    const item = document.getElementById("hit").content.cloneNode(true);
    item.querySelector(".card").href = hit.address;
    item.querySelector(".card-term").textContent = hit.term;
    const bars = item.querySelector(".bars");
    if (hit.bars) {
      bars.textContent = "■".repeat(hit.bars);
      bars.setAttribute("aria-label", `strength ${hit.bars} of 10`);
    } else bars.remove();
    item.querySelector(".card-why").textContent = hit.why;
    item.querySelector(".card-text").textContent = hit.definition;
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
