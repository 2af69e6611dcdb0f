// What a query finds: what it names first, then what is nearest in meaning and words, as the
// service orders them; without a model, what begins so and then what has its words.
"use strict";

(() => {
  const search = (window.glossarySearch ??= {});

  const MOST_WORDS_CORRECTED = 6;
  const TITLE_STRENGTH = 100;
  const EDIT_STRENGTH = 5;
  const SHARED_FOR_DEFINITION = 0.5;

  function titled({ title, edits = 0, cut = false, whole = true }) {
    const lost = EDIT_STRENGTH * (edits + cut + !whole);
    const matchedOn = search.MATCHED_ON[title.kind];
    return { entry: title.entry, matchedOn, strength: TITLE_STRENGTH - lost };
  }

  class Finder {
    constructor({ titles, words, meaning }) {
      const { entries, reasons } = titles;
      this.entries = entries;
      this.reasons = reasons;
      this.titles = new search.Titles(titles);
      this.words = new search.Words(words, entries.length);
      this.meaning = meaning ? new search.Meaning(meaning, entries.length) : null;
    }

    find(query, { correct = true, most = 10 } = {}) {
      const cleaned = query.trim().replace(/\s+/g, " ");
      const { text, named, corrected } = this.asked(cleaned, correct);
      named.sort((a, b) => b.strength - a.strength);
      let found = this.meaning ? this.byMeaning(text, named.at(-1)?.strength) : this.byWords(text);
      if (!named.length && !found.length && correct) found = this.nearly(text);
      const seen = new Set();
      const hits = [...named, ...found]
        .filter(({ entry }) => !seen.has(entry) && seen.add(entry))
        .slice(0, most)
        .map((hit) => this.shown(hit, text));
      const close = this.meaning ? hits[0]?.strength >= this.meaning.close : hits.length > 0;
      return { query: cleaned, corrected, hits, close };
    }

    suggest(text, most) {
      const begun = this.titles.begun(text);
      const found = begun.length ? begun : this.titles.corrections(text, { unfinished: true });
      return found.slice(0, most).map(({ title }) => {
        const [term, page, definition] = this.entries[title.entry];
        return { term, page, definition, title: title.kind === search.HIDDEN ? term : title.text };
      });
    }

    // What a query names; only when it names nothing is it looked at as misspelt.
    asked(text, correct) {
      const parts = [text, ...this.titles.namedPart(text)];
      for (const part of parts) {
        let found = this.titles.exact(part);
        if (!found.length) found = this.titles.acronyms(part, text);
        if (found.length) return { text, named: found.map(titled) };
      }
      for (const part of parts) {
        if (part.split(" ").length > MOST_WORDS_CORRECTED) continue;
        const found = this.titles.corrections(part);
        const begun = found.filter(({ edits }) => edits === 0);
        if (begun.length) return { text, named: begun.map(titled) };
        if (correct && found.length && !this.words.isKnown(part)) return this.mended(found);
      }
      return { text, named: [] };
    }

    // Search for the nearest title instead, and keep others that are as near.
    mended(found) {
      const [{ title, edits, cut }] = found;
      const same = found.filter((one) => one.edits === edits && one.cut === cut);
      const named = same.map((one) => ({ ...titled(one), matchedOn: "spelling" }));
      return { text: title.text, named, corrected: title.text };
    }

    byMeaning(text, ceiling = TITLE_STRENGTH) {
      const shares = this.words.share(text);
      const scores = this.meaning.scores(text, shares);
      return ordered(scores).map((entry) => ({
        entry,
        matchedOn: shares[entry] >= SHARED_FOR_DEFINITION ? "definition" : "meaning",
        strength: Math.min(this.meaning.strength(scores[entry]), ceiling),
      }));
    }

    byWords(text) {
      const shares = this.words.share(text);
      const having = ordered(shares).filter((entry) => shares[entry] > 0);
      return [
        ...this.titles.begun(text).map(titled),
        ...having.map((entry) => ({ entry, matchedOn: "definition" })),
      ];
    }

    nearly(text) {
      return this.titles.corrections(text, { unfinished: true })
        .map((found) => ({ ...titled(found), matchedOn: "spelling" }));
    }

    shown({ entry, matchedOn, strength }, text) {
      const [term, page, definition] = this.entries[entry];
      const parts = this.words.marked(definition, matchedOn === "definition" ? text : "");
      const bars = this.meaning ? Math.min(Math.max(Math.ceil(strength / 10), 1), 10) : 0;
      return { term, page, parts, matchedOn, why: this.reasons[matchedOn], strength, bars };
    }
  }

  function ordered(scores) {
    return Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a] || a - b);
  }

  Object.assign(search, { Finder });
})();
