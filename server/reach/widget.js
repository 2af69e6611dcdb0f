// The glossary's search box for any page: <script src="https://…/widget.js"></script>.
// The page /widget of the service shows what its data- attributes do.
"use strict";

(() => {
  const TEXTS = {
    en: {
      label: "Search the glossary",
      placeholder: "A term, or what it means",
      button: "Search",
      enter: "Enter searches by meaning.",
      suggestions: (n) => (n === 1 ? "1 suggestion." : `${n} suggestions.`),
      found: (n) => (n === 1 ? "1 entry found." : `${n} entries found.`),
      instead: (title) => `Searched for “${title}”.`,
      none: (query) => `No close match for “${query}”. The nearest terms:`,
      away: "The glossary does not answer at the moment. Try again a little later.",
      all: "All results",
      strength: (n) => `strength ${n} of 10`,
    },
    de: {
      label: "Im Glossar suchen",
      placeholder: "Ein Begriff oder was er bedeutet",
      button: "Suchen",
      enter: "Die Eingabetaste sucht nach der Bedeutung.",
      suggestions: (n) => (n === 1 ? "1 Vorschlag." : `${n} Vorschläge.`),
      found: (n) => (n === 1 ? "1 Eintrag gefunden." : `${n} Einträge gefunden.`),
      instead: (title) => `Gesucht wurde „${title}“.`,
      none: (query) => `Nichts passt gut zu „${query}“. Am nächsten kommen:`,
      away: "Das Glossar antwortet gerade nicht. Bitte später noch einmal versuchen.",
      all: "Alle Ergebnisse",
      strength: (n) => `Stärke ${n} von 10`,
    },
  };
  const DARK = `--paper: #16181b; --ink: #e4e6e9; --soft: #a2a9b2; --line: #33383e;
    --raised: #2a2e34; --accent: #7fb4ee; color-scheme: dark;`;
  // Inherited properties are cut off at the host, and "!important" is stronger in here than
  // outside: whatever the page's own styles say, the box looks the same.
  const STYLES = `
    :host { all: initial !important; display: block !important; }
    :host::before, :host::after { content: none !important; }
    * { box-sizing: border-box; }
    [hidden] { display: none !important; }
    .box { --paper: #fdfdfb; --ink: #1f2328; --soft: #5b626b; --line: #dcdfe3;
      --raised: #eceeea; --accent: #1d5fa8; color-scheme: light; position: relative;
      padding: .75em; border: 1px solid var(--line); border-radius: .5em;
      background: var(--paper); color: var(--ink);
      font: 1em/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
      overflow-wrap: break-word; }
    .dark { ${DARK} }
    @media (prefers-color-scheme: dark) { .auto { ${DARK} } }
    form { display: grid; grid-template-columns: 1fr auto; gap: .25em .5em; margin: 0; }
    label { grid-column: 1 / -1; font-size: .875em; color: var(--soft); }
    input, button { font: inherit; padding: .4em .7em; border-radius: .4em; margin: 0; }
    input { min-width: 0; width: 100%; border: 1px solid var(--soft); background: var(--paper);
      color: var(--ink); }
    input::placeholder { color: var(--soft); opacity: 1; }
    button { border: 1px solid var(--accent); background: var(--accent); color: var(--paper);
      cursor: pointer; }
    :focus-visible { outline: 3px solid var(--accent); outline-offset: 1px; }
    .panel { position: absolute; z-index: 2147483647; left: -1px; right: -1px; top: 100%;
      max-height: 24em; overflow-y: auto; border: 1px solid var(--line); border-radius: .5em;
      background: var(--paper); box-shadow: 0 .5em 1.5em rgb(0 0 0 / .25); }
    .note { margin: 0; padding: .6em .86em; color: var(--soft); font-size: .875em; }
    a { display: block; padding: .5em .75em; color: var(--ink); text-decoration: none;
      border-top: 1px solid var(--line); }
    a:first-child { border-top: 0; }
    a:hover, a[aria-selected="true"] { background: var(--raised); }
    a[aria-selected="true"] { box-shadow: inset .25em 0 var(--accent); }
    b { color: var(--accent); font-weight: 600; }
    i { color: var(--accent); font-style: normal; font-size: .75em; letter-spacing: .08em; }
    .text { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2;
      overflow: hidden; font-size: .875em; }
    .spoken { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden;
      clip-path: inset(50%); white-space: nowrap; }`;
  const WAIT = 150;
  const PATIENCE = 10000;

  const script = document.currentScript;
  if (!script) throw new Error('widget.js: load it by a plain <script src>, without type="module".');
  const service = new URL(".", script.src).href.replace(/\/$/, "");
  const options = read(script.dataset);
  if (document.readyState === "loading" && options.into) {
    document.addEventListener("DOMContentLoaded", place);
  } else {
    place();
  }

  function read(data) {
    const language = (data.language || document.documentElement.lang || "en").slice(0, 2);
    return {
      into: data.into,
      theme: oneOf("theme", data.theme, ["auto", "light", "dark"]),
      links: oneOf("links", data.links, ["same", "new"]),
      limit: wholeNumber("limit", data.limit, 8, 20),
      language: data.language ? oneOf("language", data.language, Object.keys(TEXTS)) :
        language in TEXTS ? language : "en",
      label: data.label,
      placeholder: data.placeholder,
    };
  }

  function oneOf(name, value, known) {
    if (value === undefined) return known[0];
    if (known.includes(value)) return value;
    throw new Error(`widget.js: data-${name} must be ${known.join(" or ")}, got "${value}".`);
  }

  function wholeNumber(name, value, usual, most) {
    if (value === undefined) return usual;
    if (/^\d+$/.test(value) && value >= 1 && value <= most) return Number(value);
    throw new Error(`widget.js: data-${name} must be between 1 and ${most}, got "${value}".`);
  }

  function place() {
    const host = document.createElement("div");
    if (!options.into) {
      script.after(host);
    } else {
      const parent = document.querySelector(options.into);
      if (!parent) {
        throw new Error(`widget.js: data-into="${options.into}" is nowhere on this page.`);
      }
      parent.append(host);
    }
    const root = host.attachShadow({ mode: "open" });
    // Not a style element: a page's policy on inline styles does not concern these.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
    root.adoptedStyleSheets = [sheet];
    root.append(searchBox(TEXTS[options.language]));
  }

  // Makes an element; nothing here is ever parsed as HTML.
  function make(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  function searchBox(texts) {
    const label = options.label || texts.label;
    const input = make("input", {
      id: "q", type: "text", role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false",
      "aria-controls": "list", autocomplete: "off", autocapitalize: "off", spellcheck: "false",
      enterkeyhint: "search", maxlength: "2000",
      placeholder: options.placeholder || texts.placeholder,
    });
    // The rows are in the language of the glossary, whatever that of the labels is.
    const lang = options.language;
    const form = make("form", { role: "search", lang }, make("label", { for: "q" }, label), input,
      make("button", {}, texts.button));
    const note = make("p", { class: "note", lang });
    const list = make("div", { id: "list", role: "listbox", "aria-label": label });
    const panel = make("div", { class: "panel", hidden: "" }, note, list);
    const spoken = make("p", { class: "spoken", role: "status", lang });
    const box = make("div", { class: `box ${options.theme}` }, form, panel, spoken);

    let timer = 0;
    let asking = null;
    let active = -1;

    function close() {
      panel.hidden = true;
      input.setAttribute("aria-expanded", "false");
      choose(-1);
    }

    function stop() {
      clearTimeout(timer);
      if (asking) asking.abort();
      asking = null;
    }

    function choose(number) {
      const rows = list.children;
      if (rows[active]) rows[active].setAttribute("aria-selected", "false");
      active = number;
      if (rows[active]) {
        rows[active].setAttribute("aria-selected", "true");
        rows[active].scrollIntoView({ block: "nearest" });
        input.setAttribute("aria-activedescendant", rows[active].id);
      } else {
        input.removeAttribute("aria-activedescendant");
      }
    }

    function show(rows, said, { visible = "" } = {}) {
      choose(-1);
      rows.forEach((row, number) => { row.id = `row-${number}`; });
      list.replaceChildren(...rows);
      list.hidden = rows.length === 0;
      note.textContent = visible;
      note.hidden = !visible;
      panel.hidden = false;
      input.setAttribute("aria-expanded", String(rows.length > 0));
      spoken.textContent = said;
    }

    // One question at a time: a newer one takes the place of the one under way.
    async function ask(path, answer) {
      stop();
      const query = input.value.trim();
      if (!query) return close();
      const mine = asking = new AbortController();
      const patience = setTimeout(() => mine.abort("late"), PATIENCE);
      try {
        const address = new URL(`${service}/api/v1/${path}`);
        address.search = new URLSearchParams({ q: query, limit: options.limit });
        const response = await fetch(address, { signal: mine.signal, credentials: "omit" });
        const body = await response.json();
        if (asking !== mine) return undefined;
        // What the service says of a question that it refuses helps whoever asked it.
        if (response.status === 400) return show([], body.detail, { visible: body.detail });
        if (!response.ok) throw new Error(`${address} answered ${response.status}.`);
        return answer(body, query);
      } catch (error) {
        if (asking !== mine) return undefined;
        return show([], texts.away, { visible: texts.away });
      } finally {
        clearTimeout(patience);
      }
    }

    function row(address, ...children) {
      const where = options.links === "new" ? { target: "_blank", rel: "noopener" } : {};
      return make("a", { role: "option", "aria-selected": "false", tabindex: "-1",
        href: service + address, ...where }, ...children);
    }

    function termRow(id, title, bars, text) {
      return row(`/terms/${encodeURIComponent(id)}`, make("b", {}, title),
        ...(bars ? [" ", make("i", { role: "img", "aria-label": texts.strength(bars) },
          "■".repeat(bars))] : []),
        make("span", { class: "text" }, text));
    }

    const suggest = () => ask("suggest", (body) => {
      const rows = body.suggestions.map((found) => termRow(found.id,
        found.title === found.term ? found.term : `${found.title} → ${found.term}`, 0,
        found.definition));
      const said = `${texts.suggestions(rows.length)} ${texts.enter}`;
      show(rows, said, { visible: rows.length ? "" : texts.enter });
    });

    const search = () => ask("search", (body, query) => {
      const rows = body.hits.map((hit) => termRow(hit.id, hit.term, hit.bars, hit.sentence));
      const visible = !body.close_match ? texts.none(query) :
        body.corrected ? texts.instead(body.corrected) : "";
      rows.push(row(`/?q=${encodeURIComponent(query)}`, texts.all));
      show(rows, visible || texts.found(body.hits.length), { visible });
    });

    function move(step) {
      if (panel.hidden || list.hidden) return suggest();
      // One place more than there are rows: the text itself is between the last and the first.
      const places = list.children.length + 1;
      return choose(((active + 1 + step + places) % places) - 1);
    }

    input.addEventListener("input", () => {
      stop();
      // What was chosen goes with the text before: Enter now means this text.
      choose(-1);
      timer = setTimeout(suggest, WAIT);
    });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        move(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Escape") {
        event.preventDefault();
        if (panel.hidden) input.value = "";
        stop();
        close();
      } else if (event.key === "Enter" && list.children[active] && !panel.hidden) {
        event.preventDefault();
        list.children[active].click();
      }
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      input.focus();
      search();
    });
    // The text keeps the focus, so that the panel does not close before the click.
    panel.addEventListener("mousedown", (event) => event.preventDefault());
    box.addEventListener("focusout", (event) => {
      if (box.contains(event.relatedTarget)) return;
      stop();
      close();
    });
    // A page's keyboard shortcuts do not see that somebody types in here.
    for (const type of ["keydown", "keypress", "keyup"]) {
      box.addEventListener(type, (event) => event.stopPropagation());
    }
    return box;
  }
})();
