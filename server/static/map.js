// The overview map: a mark's term at once, and one tab stop in which the arrow keys lead on.
"use strict";

(() => {
  const map = document.getElementById("map");
  const tip = document.getElementById("tip");
  if (!map || !tip) return;

  const gap = 10;
  const width = map.viewBox.baseVal.width;
  const marks = [...map.querySelectorAll("a.mark")].map((link) => {
    const use = link.querySelector("use");
    return { link, x: Number(use.getAttribute("x")), y: Number(use.getAttribute("y")) };
  });
  if (!marks.length) return;
  const byLink = new Map(marks.map((mark) => [mark.link, mark]));

  for (const { link } of marks) {
    const title = link.querySelector("title");
    if (title) {
      // The browser's own tip would come late, beside ours.
      link.setAttribute("aria-label", title.textContent);
      title.remove();
    }
    link.setAttribute("tabindex", "-1");
  }
  marks[0].link.setAttribute("tabindex", "0");

  const nameOf = (link) => link.getAttribute("aria-label") ?? link.textContent.trim();

  function tell(link) {
    const mark = byLink.get(link);
    const right = mark.x > width * 0.7;
    tip.textContent = link.querySelector("text") ? "" : nameOf(link);
    tip.setAttribute("x", mark.x + (right ? -gap : gap));
    tip.setAttribute("y", mark.y + 5);
    tip.setAttribute("text-anchor", right ? "end" : "start");
  }

  function nearest(from, towards) {
    let best = null;
    let least = Infinity;
    for (const mark of marks) {
      const ahead = (mark.x - from.x) * towards[0] + (mark.y - from.y) * towards[1];
      const aside = Math.abs((mark.x - from.x) * towards[1]) + Math.abs((mark.y - from.y) * towards[0]);
      // Within a right angle of the direction; what is aside counts double.
      if (ahead <= 0 || aside > ahead) continue;
      if (ahead + 2 * aside < least) [best, least] = [mark, ahead + 2 * aside];
    }
    return best;
  }

  const directions = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

  map.addEventListener("keydown", (event) => {
    const from = byLink.get(event.target.closest?.("a.mark"));
    if (!from || !(event.key in directions)) return;
    event.preventDefault();
    const next = nearest(from, directions[event.key]);
    if (!next) return;
    from.link.setAttribute("tabindex", "-1");
    next.link.setAttribute("tabindex", "0");
    next.link.focus();
  });
  for (const name of ["focusin", "pointerover"]) {
    map.addEventListener(name, (event) => {
      const link = event.target.closest?.("a.mark");
      if (link) tell(link);
    });
  }
  for (const name of ["focusout", "pointerout"]) {
    map.addEventListener(name, () => { tip.textContent = ""; });
  }
})();
