// Meaning, for models that look tokens up: a text is the mean of the vectors of its tokens.
"use strict";

(() => {
  const search = (window.glossarySearch ??= {});

  const PUNCTUATION = /[\p{P}$+<=>^`|~]/u;
  const CHINESE = /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/gu;
  const LONGEST_WORD = 100;

  // Letter by letter: a Greek word has no other last letter.
  const lowered = (text) => Array.from(text, (letter) => letter.toLowerCase()).join("");

  // As tokenizers' BertNormalizer does.
  function bertText(text, options) {
    let found = text;
    if (options.clean_text) {
      found = found.replace(/(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\ufffd]/gu, "").replace(/\s/gu, " ");
    }
    if (options.handle_chinese_chars) found = found.replace(CHINESE, " $& ");
    if (options.strip_accents ?? options.lowercase) {
      found = found.normalize("NFD").replace(/\p{Mn}/gu, "");
    }
    return options.lowercase ? lowered(found) : found;
  }

  const NORMALIZERS = { BertNormalizer: bertText, Lowercase: lowered };
  const SPLITTERS = {
    BertPreTokenizer: (text) => text.split(/\s+/u).flatMap((word) => {
      const parts = [""];
      for (const letter of word) {
        if (PUNCTUATION.test(letter)) parts.push(letter, "");
        else parts[parts.length - 1] += letter;
      }
      return parts;
    }).filter(Boolean),
    Whitespace: (text) =>
      text.match(/[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200c\u200d]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200c\u200d\s]+/gu) ?? [],
  };

  class Tokenizer {
    constructor(data) {
      this.numbers = new Map(data.tokens.map((token, number) => [token, number]));
      this.unknown = this.numbers.get(data.unknown);
      this.prefix = data.prefix;
      this.most = data.most ?? Infinity;
      const normalize = NORMALIZERS[data.normalizer?.type] ?? ((text) => text);
      this.split = (text) => SPLITTERS[data.splitter](normalize(text, data.normalizer));
      // In the text itself, such a token stands for itself.
      const escaped = data.added.map((token) => token.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
      this.added = escaped.length ? new RegExp(`(${escaped.join("|")})`) : null;
    }

    encode(text) {
      const parts = this.added ? text.split(this.added) : [text];
      const found = parts.flatMap((part, place) =>
        place % 2 ? [this.numbers.get(part)] : this.split(part).flatMap((word) => this.pieces(word)));
      return found.slice(0, this.most);
    }

    pieces(word) {
      // A vocabulary of whole words.
      if (this.prefix === null) return [this.numbers.get(word) ?? this.unknown];
      const letters = Array.from(word);
      if (letters.length > LONGEST_WORD) return [this.unknown];
      const found = [];
      for (let start = 0; start < letters.length;) {
        let end = letters.length;
        let piece;
        for (; end > start && piece === undefined; end -= 1) {
          const part = letters.slice(start, end).join("");
          piece = this.numbers.get(start ? this.prefix + part : part);
        }
        if (piece === undefined) return [this.unknown];
        found.push(piece);
        start = end + 1;
      }
      return found;
    }
  }

  function bytes(text) {
    const letters = atob(text);
    const found = new Uint8Array(letters.length);
    for (let place = 0; place < letters.length; place += 1) found[place] = letters.charCodeAt(place);
    return found.buffer;
  }

  // Rows of whole numbers, each with what it is to be multiplied by.
  class Table {
    constructor({ rows, scales }, width) {
      this.rows = new Int8Array(bytes(rows));
      this.scales = new Float32Array(bytes(scales));
      this.width = width;
    }

    add(sum, row) {
      const start = row * this.width;
      for (let i = 0; i < this.width; i += 1) sum[i] += this.rows[start + i] * this.scales[row];
    }

    product(vector, row) {
      const start = row * this.width;
      let sum = 0;
      for (let i = 0; i < this.width; i += 1) sum += this.rows[start + i] * vector[i];
      return sum * this.scales[row];
    }
  }

  class Meaning {
    constructor(data, count) {
      Object.assign(this, { data, count, close: data.close });
      this.tokenizer = new Tokenizer(data.tokenizer);
      this.tokens = new Table(data.tokens, data.dimension);
      this.rows = new Table(data.rows, data.dimension);
    }

    encode(text) {
      const sum = new Float64Array(this.data.dimension);
      for (const token of this.tokenizer.encode(this.data.prompt + text)) this.tokens.add(sum, token);
      const length = Math.hypot(...sum);
      return length ? sum.map((value) => value / length) : sum;
    }

    // For every entry the cosine of its nearest passage.
    cosines(text) {
      const vector = this.encode(text);
      const best = new Float32Array(this.count).fill(-1);
      this.data.owners.forEach((entry, row) => {
        best[entry] = Math.max(best[entry], this.rows.product(vector, row));
      });
      return best;
    }

    scores(text, shares) {
      const { wordWeight, whole } = this.data;
      return this.cosines(text).map((cosine, entry) => (cosine + wordWeight * shares[entry]) / whole);
    }

    // How rare a score is by chance, 0 to 100.
    strength(score) {
      const { rarities, scores } = this.data.chance;
      const last = scores.length - 1;
      let rarity;
      if (score <= scores[0] || last === 0) {
        rarity = scores[0] > 0 ? (rarities[0] * Math.max(score, 0)) / Math.max(scores[0], 1e-6) : 0;
        if (last > 0) rarity = Math.min(rarity, rarities[0]);
      } else {
        // Beyond the last, its steps are drawn on.
        let to = scores.findIndex((reached) => reached > score);
        const from = to < 0 ? Math.max(last - 3, 0) : to - 1;
        if (to < 0) to = last;
        const slope = (rarities[to] - rarities[from]) / (scores[to] - scores[from]);
        rarity = rarities[to] + slope * (score - scores[to]);
      }
      return Math.min(Math.max(Math.round(200 * rarity) / 10, 0), 100);
    }
  }

  Object.assign(search, { Meaning, Tokenizer });
})();
