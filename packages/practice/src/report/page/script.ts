/**
 * What the page does beyond showing: the exact value under the pointer, one technique brought forward, and the pictures
 * behind a cell of a confusion matrix. Without it nothing is missing but that.
 */
export const script = `(() => {
  const tip = document.getElementById("tip"), dot = document.getElementById("dot");
  const NEAR = 28;
  const boxOf = (mark) => mark.getBoundingClientRect();
  const hide = () => { tip.classList.remove("on"); dot.classList.remove("on"); };
  const show = (mark, pointed) => {
    const box = boxOf(mark), x = box.x + box.width / 2, y = box.y + box.height / 2;
    tip.textContent = mark.dataset.tip;
    const width = tip.offsetWidth, height = tip.offsetHeight;
    const anchor = pointed ? box.y : y - 8;
    const left = Math.min(Math.max(x - width / 2, 8), innerWidth - width - 8);
    const top = anchor - height - 8 < 8 ? anchor + 24 : anchor - height - 8;
    tip.style.transform = "translate(" + left + "px," + top + "px)";
    tip.classList.add("on");
    dot.style.transform = "translate(" + x + "px," + y + "px)";
    dot.classList.toggle("on", !pointed);
  };
  const nearest = (svg, x, y) => {
    let found, least = NEAR;
    for (const mark of svg.querySelectorAll(".hits [data-tip], .notebook [data-tip]")) {
      const box = boxOf(mark);
      const away = Math.hypot(box.x + box.width / 2 - x, box.y + box.height / 2 - y);
      if (away < least) { least = away; found = mark; }
    }
    return found;
  };
  for (const svg of document.querySelectorAll("figure svg")) {
    const curves = svg.querySelector(".hits") !== null;
    svg.addEventListener("pointermove", ({ target, clientX, clientY }) => {
      const mark = curves ? nearest(svg, clientX, clientY) : target.closest("[data-tip]");
      if (mark) show(mark, !curves); else hide();
    });
    svg.addEventListener("pointerleave", hide);
  }
  addEventListener("scroll", hide, { passive: true });

  const focus = (id) => {
    for (const mark of document.querySelectorAll(".series.on")) mark.classList.remove("on");
    document.body.classList.toggle("focus", id !== undefined);
    if (id !== undefined) for (const mark of document.querySelectorAll(".series-" + CSS.escape(id))) mark.classList.add("on");
  };
  for (const item of document.querySelectorAll("[data-technique]")) {
    item.addEventListener("pointerenter", () => focus(item.dataset.technique));
    item.addEventListener("pointerleave", () => focus());
  }

  for (const part of document.querySelectorAll(".technique")) {
    const pictures = [...part.querySelectorAll(".gallery li")];
    const more = part.querySelector(".more"), none = part.querySelector(".none");
    if (!more) continue;
    const first = Number(more.dataset.first);
    let chosen;
    const draw = (all) => {
      let visible = 0;
      pictures.forEach((item, i) => {
        item.hidden = chosen ? item.dataset.cell !== chosen : !all && i >= first;
        if (!item.hidden) visible++;
      });
      none.hidden = visible > 0;
      more.hidden = chosen === undefined && (all || pictures.length <= first);
      for (const cell of part.querySelectorAll(".cell")) cell.classList.toggle("chosen", cell.classList.contains("cell-" + chosen));
    };
    more.addEventListener("click", () => { chosen = undefined; draw(true); });
    for (const cell of part.querySelectorAll(".cell")) {
      cell.addEventListener("click", () => {
        const name = [...cell.classList].find((part) => /^cell-\\d-\\d$/.test(part)).slice(5);
        chosen = chosen === name || name[0] === name[2] ? undefined : name;
        draw(false);
      });
    }
    draw(false);
  }
})();`;
