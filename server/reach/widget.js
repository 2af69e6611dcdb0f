// The glossary's search box for any page: <script src="https://…/widget.js"></script>.
// The page /widget of the service shows what its data- attributes do.
"use strict";

(() => {
  // widget.css, put in here when the script is sent.
  const STYLES = "/*styles*/";
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
  const WAIT = 150;
  const PATIENCE = 10000;

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

  // The labels are in the language of the page where there are such, else in English.
  function labelLanguage(chosen) {
    const known = Object.keys(TEXTS);
    const page = document.documentElement.lang.slice(0, 2).toLowerCase();
    return chosen ? oneOf("language", chosen, known) : known.includes(page) ? page : known[0];
  }

  // Makes an element; nothing here is ever parsed as HTML.
  function make(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  class SearchBox {
    #service;
    #texts;
    #limit;
    #links;
    #input;
    #list;
    #note;
    #panel;
    #spoken;
    #timer = 0;
    #asking = null;
    #active = -1;

    constructor(service, data) {
      const lang = labelLanguage(data.language);
      this.#service = service;
      this.#texts = TEXTS[lang];
      this.#limit = wholeNumber("limit", data.limit, 8, 20);
      this.#links = oneOf("links", data.links, ["same", "new"]);
      const theme = oneOf("theme", data.theme, ["auto", "light", "dark"]);
      const label = data.label || this.#texts.label;
      this.#input = make("input", {
        id: "q", type: "text", role: "combobox", "aria-autocomplete": "list",
        "aria-expanded": "false", "aria-controls": "list", autocomplete: "off",
        autocapitalize: "off", spellcheck: "false", enterkeyhint: "search", maxlength: "2000",
        placeholder: data.placeholder || this.#texts.placeholder,
      });
      // The rows are in the language of the glossary, whatever that of the labels is.
      // Its name tells it from the search of the page, which may have one of its own.
      const form = make("form", { role: "search", "aria-label": label, lang },
        make("label", { for: "q" }, label), this.#input, make("button", {}, this.#texts.button));
      this.#note = make("p", { class: "note", lang });
      this.#list = make("div", { id: "list", role: "listbox", "aria-label": label });
      this.#panel = make("div", { class: "panel", hidden: "" }, this.#note, this.#list);
      this.#spoken = make("p", { class: "spoken", role: "status", lang });
      this.element = make("div", { class: `box ${theme}` }, form, this.#panel, this.#spoken);
      this.#listen(form);
    }

    #listen(form) {
      this.#input.addEventListener("input", () => {
        this.#stop();
        // What was chosen goes with the text before: Enter now means this text.
        this.#choose(-1);
        this.#timer = setTimeout(() => this.#suggest(), WAIT);
      });
      this.#input.addEventListener("keydown", (event) => this.#press(event));
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.#input.focus();
        this.#search();
      });
      // The text keeps the focus, so that the panel does not close before the click.
      this.#panel.addEventListener("mousedown", (event) => event.preventDefault());
      this.element.addEventListener("focusout", (event) => {
        if (!this.element.contains(event.relatedTarget)) this.#close();
      });
      // A page's keyboard shortcuts do not see that somebody types in here.
      for (const type of ["keydown", "keypress", "keyup"]) {
        this.element.addEventListener(type, (event) => event.stopPropagation());
      }
    }

    #press(event) {
      if (event.isComposing) return;
      const row = this.#panel.hidden ? undefined : this.#list.children[this.#active];
      if (event.key === "ArrowDown") this.#move(1);
      else if (event.key === "ArrowUp") this.#move(-1);
      else if (event.key === "Enter" && row) row.click();
      else if (event.key === "Escape") {
        if (this.#panel.hidden) this.#input.value = "";
        this.#close();
      } else return;
      event.preventDefault();
    }

    #move(step) {
      if (this.#panel.hidden || this.#list.hidden) {
        this.#suggest();
        return;
      }
      // One place more than there are rows: the text itself is between the last and the first.
      const places = this.#list.children.length + 1;
      this.#choose(((this.#active + 1 + step + places) % places) - 1);
    }

    #choose(number) {
      const rows = this.#list.children;
      rows[this.#active]?.setAttribute("aria-selected", "false");
      this.#active = number;
      const row = rows[number];
      if (!row) {
        this.#input.removeAttribute("aria-activedescendant");
        return;
      }
      row.setAttribute("aria-selected", "true");
      row.scrollIntoView({ block: "nearest" });
      this.#input.setAttribute("aria-activedescendant", row.id);
    }

    #stop() {
      clearTimeout(this.#timer);
      this.#asking?.abort();
      this.#asking = null;
    }

    #close() {
      this.#stop();
      this.#choose(-1);
      this.#panel.hidden = true;
      this.#input.setAttribute("aria-expanded", "false");
    }

    #show(rows, spoken, note) {
      this.#choose(-1);
      rows.forEach((row, number) => { row.id = `row-${number}`; });
      this.#list.replaceChildren(...rows);
      this.#list.hidden = rows.length === 0;
      this.#note.textContent = note;
      this.#note.hidden = !note;
      this.#panel.hidden = false;
      this.#input.setAttribute("aria-expanded", String(rows.length > 0));
      this.#spoken.textContent = spoken;
    }

    // One question at a time: a newer one takes the place of the one under way.
    async #ask(path, answer) {
      this.#stop();
      const query = this.#input.value.trim();
      if (!query) {
        this.#close();
        return;
      }
      const mine = new AbortController();
      this.#asking = mine;
      const patience = setTimeout(() => mine.abort(), PATIENCE);
      try {
        const address = new URL(`${this.#service}/api/v1/${path}`);
        address.search = new URLSearchParams({ q: query, limit: this.#limit });
        const response = await fetch(address, { signal: mine.signal, credentials: "omit" });
        const body = await response.json();
        if (this.#asking !== mine) return;
        if (response.ok) answer(body, query);
        // What the service says of a question that it refuses helps whoever asked it.
        else this.#fail(response.status === 400 ? body.detail : this.#texts.away);
      } catch {
        if (this.#asking === mine) this.#fail(this.#texts.away);
      } finally {
        clearTimeout(patience);
      }
    }

    #fail(sentence) {
      this.#show([], sentence, sentence);
    }

    #suggest() {
      this.#ask("suggest", ({ suggestions }) => {
        const rows = suggestions.map(({ id, term, title, definition }) =>
          this.#term(id, title === term ? term : `${title} → ${term}`, 0, definition));
        const { enter, suggestions: count } = this.#texts;
        this.#show(rows, `${count(rows.length)} ${enter}`, rows.length ? "" : enter);
      });
    }

    #search() {
      this.#ask("search", ({ hits, close_match: close, corrected }, query) => {
        const rows = hits.map((hit) => this.#term(hit.id, hit.term, hit.bars, hit.sentence));
        rows.push(this.#row(`/?q=${encodeURIComponent(query)}`, this.#texts.all));
        const note = !close ? this.#texts.none(query) : corrected ? this.#texts.instead(corrected) : "";
        this.#show(rows, note || this.#texts.found(hits.length), note);
      });
    }

    #term(id, title, bars, text) {
      const drawn = make("i", { role: "img", "aria-label": this.#texts.strength(bars) },
        "■".repeat(bars));
      return this.#row(`/terms/${encodeURIComponent(id)}`, make("b", {}, title),
        ...(bars ? [" ", drawn] : []), make("span", { class: "text" }, text));
    }

    #row(path, ...children) {
      const where = this.#links === "new" ? { target: "_blank", rel: "noopener" } : {};
      return make("a", { role: "option", "aria-selected": "false", tabindex: "-1",
        href: this.#service + path, ...where }, ...children);
    }
  }

  function place(script, box) {
    const into = script.dataset.into;
    const parent = into ? document.querySelector(into) : null;
    if (into && !parent) throw new Error(`widget.js: data-into="${into}" is nowhere on this page.`);
    const host = document.createElement("div");
    // Not a style element: a page's policy on inline styles does not concern these.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
    const root = host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.append(box.element);
    if (parent) parent.append(host);
    else script.after(host);
  }

  const script = document.currentScript;
  if (!script) throw new Error('widget.js: load it by a plain <script src>, without type="module".');
  const box = new SearchBox(new URL(".", script.src).href.replace(/\/$/, ""), script.dataset);
  if (script.dataset.into && document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", () => place(script, box));
  } else {
    place(script, box);
  }
})();
