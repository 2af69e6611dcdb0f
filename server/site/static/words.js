// How many of a query's words each entry has, weighed as the service weighs them (BM25).
"use strict";

(() => {
  const search = (window.glossarySearch ??= {});

  // An ending that so few stems have is no ending of the language.
  const FEWEST_WITH_ENDING = 3;
  const SHORTEST_STEM = 3;

  class Words {
    constructor(data, count) {
      this.count = count;
      this.rarity = data.rarity;
      this.postings = data.postings;
      this.scale = data.scale;
      this.stopWords = new Set(data.stopWords);
      this.stems = new Map(data.stems.map((stem, place) => [stem, place]));
      this.spelled = new Map();
      const having = new Map();
      data.forms.forEach((forms, place) => {
        for (const form of forms) {
          const word = form.startsWith("+") ? data.stems[place] + form.slice(1) : form;
          this.spelled.set(word, place);
          if (form.startsWith("+")) having.set(form.slice(1), (having.get(form.slice(1)) ?? 0) + 1);
        }
      });
      this.endings = new Set([...having.keys()].filter((e) => having.get(e) >= FEWEST_WITH_ENDING));
    }

    told(text) {
      return search.wordsOf(search.titleKey(text)).filter((word) => !this.stopWords.has(word));
    }

    isKnown(text) {
      return this.told(text).every((word) => this.spelled.has(word));
    }

    // A form of a word that the glossary does not have itself is known by its ending.
    place(word) {
      if (this.spelled.has(word)) return this.spelled.get(word);
      for (let length = word.length; length >= SHORTEST_STEM; length -= 1) {
        const place = this.stems.get(word.slice(0, length));
        const ending = word.slice(length);
        if (place !== undefined && (!ending || this.endings.has(ending))) return place;
      }
      return undefined;
    }

    // Cut a text into what stands before a word asked for, the word, what follows, and so on.
    marked(text, asked) {
      const wanted = new Set(this.told(asked).map((word) => this.place(word)));
      const parts = [""];
      for (const piece of text.split(/([\p{L}\p{N}_]+)/u)) {
        const [place] = this.told(piece).map((word) => this.place(word));
        if (place !== undefined && wanted.has(place)) parts.push(piece, "");
        else parts[parts.length - 1] += piece;
      }
      return parts;
    }

    // For every entry its share of the weight of all words; a word no entry has is the rarest.
    share(text) {
      const scores = new Float32Array(this.count);
      let whole = 0;
      const places = this.told(text).map((word) => this.place(word) ?? word);
      for (const place of new Set(places)) {
        if (typeof place === "string") {
          whole += Math.log(1 + this.count);
          continue;
        }
        whole += this.rarity[place];
        let entry = 0;
        const flat = this.postings[place];
        for (let at = 0; at < flat.length; at += 2) {
          entry += flat[at];
          scores[entry] += flat[at + 1] / this.scale;
        }
      }
      return whole ? scores.map((score) => score / whole) : scores;
    }
  }

  Object.assign(search, { Words });
})();
