import { glyphOf, glyphSize, type LegendItem } from "../figures/legend.js";
import { slotOf } from "../theme.js";
import { type Markup, markup } from "./markup.js";

/** A figure's legend below it; pointing at a technique brings it forward. */
export function legendList(items: readonly LegendItem[]): Markup {
  if (items.length === 0) return markup``;
  return markup`<ul class="legend">${items.map(
    (item) => markup`<li${techniqueOf(item)}>${drawn(item)}${item.words}</li>`,
  )}</ul>`;
}

function techniqueOf({ key }: LegendItem): Markup {
  return typeof key === "object" ? markup` data-technique="${key.technique}"` : markup``;
}

function drawn({ key }: LegendItem): Markup {
  const { path, origin, filled, stroked, dash, opacity } = glyphOf(key);
  const { width, height } = glyphSize;
  const color = typeof key === "object" ? markup` style="color:var(--t-${slotOf(key.technique)})"` : markup``;
  return markup`<svg viewBox="0 0 ${width} ${height}" aria-hidden="true"${color}><path d="${path}" transform="translate(${origin.join(" ")})" fill="${filled ? "currentColor" : "none"}"${
    stroked ? markup` stroke="currentColor" stroke-width="${filled ? 1.5 : 2}"` : ""
  }${dash.length === 0 ? "" : markup` stroke-dasharray="${dash.join(" ")}"`}${opacity === 1 ? "" : markup` opacity="${opacity}"`}/></svg>`;
}
