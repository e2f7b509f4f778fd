/**
 * What the page does beyond showing: its other language, one part at a time, the exact value under the pointer, one technique brought forward, and the pictures
 * behind a cell of a confusion matrix, chosen by pointer or by keyboard: one cell of each matrix takes the focus, arrow keys
 * move it, Enter and Space choose. Without the script nothing is missing but that.
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
  addEventListener("scroll", hide, { passive: true });

  const focus = (id) => {
    for (const mark of document.querySelectorAll(".series.on")) mark.classList.remove("on");
    document.body.classList.toggle("focus", id !== undefined);
    if (id !== undefined) for (const mark of document.querySelectorAll(".series-" + CSS.escape(id))) mark.classList.add("on");
  };
  const classCount = 10;
  const bind = () => {
  for (const svg of document.querySelectorAll("figure svg")) {
    const curves = svg.querySelector(".hits") !== null;
    svg.addEventListener("pointermove", ({ target, clientX, clientY }) => {
      const mark = curves ? nearest(svg, clientX, clientY) : target.closest("[data-tip]");
      if (mark) show(mark, !curves); else hide();
    });
    svg.addEventListener("pointerleave", hide);
  }
  for (const item of document.querySelectorAll("[data-technique]")) {
    item.addEventListener("pointerenter", () => focus(item.dataset.technique));
    item.addEventListener("pointerleave", () => focus());
  }

  const nameOf = (cell) => [...cell.classList].find((name) => /^cell-\\d-\\d$/.test(name)).slice(5);
  const canChoose = (cell) => nameOf(cell)[0] !== nameOf(cell)[2];
  for (const part of document.querySelectorAll(".technique")) {
    const held = new Set([...part.querySelectorAll(".gallery li")].map((item) => item.dataset.cell));
    const hasMistakes = (cell) => held.has(nameOf(cell));
    const pictures = [...part.querySelectorAll(".gallery li")];
    const more = part.querySelector(".more"), none = part.querySelector(".none");
    if (!more) continue;
    const first = Number(more.dataset.first);
    const cells = [...part.querySelectorAll(".cell")];
    let chosen;
    const draw = (all) => {
      let visible = 0;
      pictures.forEach((item, i) => {
        item.hidden = chosen ? item.dataset.cell !== chosen : !all && i >= first;
        if (!item.hidden) visible++;
      });
      none.hidden = visible > 0;
      more.hidden = chosen === undefined && (all || pictures.length <= first);
      for (const cell of cells) {
        const isChosen = nameOf(cell) === chosen;
        cell.classList.toggle("chosen", isChosen);
        if (canChoose(cell)) cell.setAttribute("aria-pressed", isChosen);
      }
    };
    more.addEventListener("click", () => { chosen = undefined; draw(true); });
    const choose = (cell) => {
      const name = nameOf(cell);
      chosen = chosen === name || !canChoose(cell) ? undefined : name;
      draw(false);
    };
    const moveTo = (cell) => {
      for (const other of cells) other.setAttribute("tabindex", other === cell ? 0 : -1);
    };
    // Not a picture any more: its parts can be reached.
    if (cells.length > 0) cells[0].closest("svg").setAttribute("role", "group");
    for (const [place, cell] of cells.entries()) {
      const mark = cell.querySelector("[data-tip]");
      cell.setAttribute("role", canChoose(cell) ? "button" : "img");
      cell.setAttribute("aria-label", mark.dataset.tip);
      cell.addEventListener("click", () => { moveTo(cell); choose(cell); });
      cell.addEventListener("focus", () => { moveTo(cell); if (cell.matches(":focus-visible")) show(mark, true); });
      cell.addEventListener("blur", hide);
      cell.addEventListener("keydown", (event) => {
        const column = place % classCount;
        const step = { ArrowUp: -classCount, ArrowDown: classCount, ArrowLeft: column > 0 ? -1 : 0, ArrowRight: column < classCount - 1 ? 1 : 0 }[event.key];
        if (step !== undefined) cells[place + step]?.focus();
        else if (event.key === "Enter" || event.key === " ") choose(cell);
        else return;
        event.preventDefault();
      });
    }
    moveTo(cells.find((cell) => canChoose(cell) && hasMistakes(cell)) ?? cells[0]);
    draw(false);
  }
  };

  // One part at a time, as in a lecture: arrow keys turn the pages, Escape leaves.
  const parts = () => [document.querySelector("header"), ...document.querySelectorAll("main > section:not(#techniques):not([hidden]), .technique"), document.querySelector("footer")];
  const inScreens = () => document.body.classList.contains("screens");
  const turnTo = (part) => {
    for (const other of parts()) other.classList.toggle("current", other === part);
    scrollTo(0, 0);
  };
  const current = () => parts().findIndex((part) => part.classList.contains("current"));
  const named = () => parts().find((part) => part.id !== "" && part.id === decodeURIComponent(location.hash.slice(1)));
  const setScreens = (on) => {
    document.body.classList.toggle("screens", on);
    const button = document.querySelector(".as-screens");
    button.setAttribute("aria-pressed", on);
    button.textContent = on ? button.dataset.leave : button.dataset.show;
    if (on) turnTo(parts()[current()] ?? named() ?? parts()[0]);
  };
  addEventListener("hashchange", () => { if (inScreens() && named()) turnTo(named()); });
  addEventListener("keydown", (event) => {
    if (!inScreens() || event.target.closest("canvas, [role=button], input, select, textarea")) return;
    const step = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 }[event.key];
    if (event.key === "Escape") setScreens(false);
    else if (step !== undefined) { const part = parts()[current() + step]; if (part) turnTo(part); }
    else return;
    event.preventDefault();
  });

  const bindSwitches = () => {
    document.querySelector(".as-screens").addEventListener("click", () => setScreens(!inScreens()));
    for (const button of document.querySelectorAll(".to-language")) {
      button.addEventListener("click", () => speak(button.dataset.to));
    }
  };
  const kept = new Map([[document.documentElement.lang, document.title]]);
  const speak = (language) => {
    const page = document.getElementById("page"), was = document.documentElement.lang;
    const template = document.querySelector("template[data-language=" + language + "]");
    const place = current();
    kept.set(language, template.dataset.title);
    const shown = document.createElement("template");
    shown.dataset.language = was;
    shown.dataset.title = kept.get(was);
    shown.content.append(...page.childNodes);
    page.append(document.importNode(template.content, true));
    template.replaceWith(shown);
    document.documentElement.lang = language;
    document.title = kept.get(language);
    hide();
    bind();
    bindSwitches();
    document.dispatchEvent(new Event("report:shown"));
    if (inScreens()) { parts()[place]?.classList.add("current"); setScreens(true); }
    document.querySelector(".to-language").focus();
  };
  document.body.classList.add("scripted");
  bind();
  bindSwitches();
})();`;
