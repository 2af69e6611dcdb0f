// Entries by title: exact, by acronym, misspelt or cut short, and begun. The service's own rules.
"use strict";

(() => {
  const search = (window.glossarySearch ??= {});

  // Which of its titles an entry was found by, best first.
  const TERM = 0;
  const ALIAS = 1;
  const HIDDEN = 2;
  const MATCHED_ON = ["term", "alias", "spelling"];
  const SHORTEST_CORRECTED = 4;
  const MOST_WORDS_WITH_ACRONYM = 3;
  const WORD = /[\p{L}\p{N}_]+/gu;

  function titleKey(title) {
    const small = title.normalize("NFKD").toLowerCase();
    // What Python's casefold does more.
    const folded = small.replaceAll("ß", "ss").replaceAll("ς", "σ").replaceAll("\u0345", "ι");
    const words = folded
      .replace(/[\u0300-\u036f'\u2019\p{Cf}]/gu, "")
      .replace(/(?!#)[\p{P}\p{Z}\p{C}]/gu, " ")
      .normalize("NFC")
      .split(/\s+/)
      .filter(Boolean);
    return words.join(" ") || title.trim();
  }

  const wordsOf = (key) => key.match(WORD) ?? [];

  function isAcronym(word) {
    const letters = word.match(/\p{L}/gu) ?? [];
    const capitals = letters.filter((letter) => /\p{Lu}/u.test(letter)).length;
    return capitals >= 2 && capitals * 2 >= letters.length && letters.length <= 6;
  }

  // Letters wrong, missing, extra or swapped with the next (optimal string alignment), if at most
  // so many.
  function edits(one, other, most) {
    if (Math.abs(one.length - other.length) > most) return Infinity;
    let before = [];
    let last = Array.from({ length: other.length + 1 }, (_, place) => place);
    for (let i = 1; i <= one.length; i += 1) {
      const row = [i];
      let least = i;
      for (let j = 1; j <= other.length; j += 1) {
        const wrong = one[i - 1] === other[j - 1] ? 0 : 1;
        let found = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + wrong);
        if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) {
          found = Math.min(found, before[j - 2] + 1);
        }
        row.push(found);
        least = Math.min(least, found);
      }
      if (least > most) return Infinity;
      [before, last] = [last, row];
    }
    return last[other.length] <= most ? last[other.length] : Infinity;
  }

  function corrected(key, title, unfinished) {
    const whole = title.key;
    let most = key.length <= 5 ? 1 : key.length <= 10 ? 2 : 3;
    if (key.length <= 5 && whole[0] !== key[0]) return null;
    const begun = whole.split(" ").slice(0, key.split(" ").length).join(" ");
    for (const [candidate, cut] of [[whole, false], [begun, true]]) {
      if ((cut && begun === whole) || candidate.length < SHORTEST_CORRECTED) continue;
      const wrong = edits(key, candidate, most);
      if (wrong <= most) return { title, edits: wrong, cut };
    }
    if (!unfinished) return null;
    most = key.length <= 7 ? 1 : 2;
    let least = Infinity;
    for (let n = Math.max(key.length - most, SHORTEST_CORRECTED); n <= key.length + most; n += 1) {
      least = Math.min(least, edits(key, whole.slice(0, n), most));
    }
    return least <= most ? { title, edits: least, cut: true } : null;
  }

  function firstOfEach(found) {
    const seen = new Set();
    return found.filter(({ title: { entry } }) => !seen.has(entry) && seen.add(entry));
  }

  class Titles {
    constructor(data) {
      this.frame = new Set(data.frame);
      this.acronymsOf = new Map();
      for (const [key, entry, kind, whole, ordinary] of data.acronyms) {
        if (!this.acronymsOf.has(key)) this.acronymsOf.set(key, []);
        this.acronymsOf.get(key).push({ title: { entry, kind }, whole, ordinary });
      }
      this.titles = data.entries.flatMap(([term, , , aliases, hidden], entry) => [
        { entry, kind: TERM, text: term, key: titleKey(term) },
        ...aliases.map((text) => ({ entry, kind: ALIAS, text, key: titleKey(text) })),
        ...hidden.map((text) => ({ entry, kind: HIDDEN, text, key: titleKey(text) })),
      ]);
      this.byKey = new Map();
      for (const title of this.titles) {
        if (!this.byKey.has(title.key)) this.byKey.set(title.key, []);
        this.byKey.get(title.key).push(title);
      }
      for (const titles of this.byKey.values()) titles.sort((a, b) => a.kind - b.kind);
    }

    exact(text) {
      return firstOfEach((this.byKey.get(titleKey(text)) ?? []).map((title) => ({ title })));
    }

    // One that is an ordinary word too counts only where it was typed in capitals.
    acronyms(text, typed) {
      const words = titleKey(text).split(" ");
      if (words.length > MOST_WORDS_WITH_ACRONYM) return [];
      const capitals = new Set(typed.split(/\s+/).filter(isAcronym).map(titleKey));
      const found = words.flatMap((word) =>
        (this.acronymsOf.get(word) ?? [])
          .filter((acronym) => !acronym.ordinary || capitals.has(word))
          .sort((a, b) => b.whole - a.whole));
      return firstOfEach(found).sort((a, b) => b.whole - a.whole);
    }

    corrections(text, { unfinished = false } = {}) {
      const key = titleKey(text);
      if (key.length < SHORTEST_CORRECTED) return [];
      const found = this.titles.map((title) => corrected(key, title, unfinished)).filter(Boolean);
      found.sort((a, b) => a.edits - b.edits || a.cut - b.cut || a.title.kind - b.title.kind
        || a.title.entry - b.title.entry);
      return firstOfEach(found);
    }

    // Terms, then aliases, that begin so, then titles of which a later word does.
    begun(text) {
      const key = titleKey(text);
      const starts = (place) => this.titles
        .filter((title) => title.kind !== HIDDEN && place(title) >= 0)
        .map((title) => ({ title, rest: title.key.slice(place(title)) }))
        .sort((a, b) => (a.rest < b.rest ? -1 : a.rest > b.rest ? 1 : 0));
      const begins = (kind) => (title) =>
        title.kind === kind && title.key.startsWith(key) ? 0 : -1;
      return firstOfEach([
        ...this.exact(text),
        ...starts(begins(TERM)),
        ...starts(begins(ALIAS)),
        ...starts((title) => title.key.indexOf(` ${key}`)),
      ]);
    }

    // What is left of a query when the words of asking are taken from its ends.
    namedPart(query) {
      const words = wordsOf(titleKey(query));
      let first = 0;
      let last = words.length;
      while (first < last && this.frame.has(words[first])) first += 1;
      while (last > first && this.frame.has(words[last - 1])) last -= 1;
      const left = last - first;
      return left > 0 && left < words.length ? [words.slice(first, last).join(" ")] : [];
    }
  }

  Object.assign(search, { Titles, titleKey, wordsOf, MATCHED_ON, HIDDEN });
})();
