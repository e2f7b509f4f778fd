import type { Page } from "playwright-core";

/** What a program can see to be wrong with a layout: what sticks out, is cut off, overlaps, or is too small to read or to press. */
export const layoutFaults = (page: Page): Promise<string[]> => page.evaluate<string[]>(`(${inPage})()`);

/** Runs in the page, which has no module of ours: it must need nothing from outside. */
const inPage = `() => {
  const faults = new Set();
  const named = (element) => {
    const { tagName, className } = element;
    const name = typeof className === "string" && className !== "" ? "." + className.trim().replaceAll(/\\s+/g, ".") : "";
    return tagName.toLowerCase() + name + " “" + (element.textContent ?? "").trim().slice(0, 40) + "”";
  };
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) faults.add("the page is " + (root.scrollWidth - root.clientWidth) + " px wider than its window");
  const isClipped = (element) => element !== null && (getComputedStyle(element).clipPath !== "none" || isClipped(element.parentElement));
  const isHidden = (element) => isClipped(element) || element.closest(".hidden, [hidden], dialog:not([open]), details:not([open]) > :not(summary)") !== null;
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!parent || node.data.trim() === "" || isHidden(parent) || parent.closest("option, style, script, svg")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const size = Number.parseFloat(getComputedStyle(parent).fontSize);
    if (size < 11.5) faults.add("text of " + size + " px: " + named(parent));
    for (const box of range.getClientRects()) {
      if (box.width < 1 || box.height < 1) continue;
      texts.push({ node, parent, box });
      const card = parent.closest(".card, header.top, footer");
      const scrolls = parent.closest(".layers, pre, ul, .thumbnails");
      const edge = card?.getBoundingClientRect();
      if (edge && !scrolls && (box.right > edge.right + 1 || box.left < edge.left - 1)) faults.add("sticks out of its card: " + named(parent));
    }
    const style = getComputedStyle(parent);
    const cuts = style.overflowX !== "visible" && style.overflowX !== "auto";
    if (cuts && parent.scrollWidth > parent.clientWidth + 1) faults.add("cut off: " + named(parent));
  }
  for (const [i, a] of texts.entries()) {
    for (const b of texts.slice(i + 1)) {
      if (a.node === b.node || a.parent.closest(".layers, ul") !== b.parent.closest(".layers, ul")) continue;
      const across = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
      const down = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
      if (across > 2 && down > 4) faults.add("overlap: " + named(a.parent) + " and " + named(b.parent));
    }
  }
  for (const pressed of document.querySelectorAll("button, select, input:not([type=file]), summary, a")) {
    if (isHidden(pressed)) continue;
    const { width, height } = pressed.getBoundingClientRect();
    const within = pressed.closest("label")?.getBoundingClientRect();
    const tall = Math.max(height, within?.height ?? 0);
    if (width > 0 && (tall < 23.5 || Math.max(width, within?.width ?? 0) < 23.5)) {
      faults.add("too small to press, " + Math.round(width) + " by " + Math.round(tall) + " px: " + named(pressed));
    }
  }
  return [...faults];
}`;
