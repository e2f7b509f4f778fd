import { type Markup, markup } from "./markup.js";
import type { Scene } from "./scene.js";

/** A layer of the base network and the shape of what it gives for one image, `[height, width, channels]` or `[units]`. */
interface Stage {
  /** As in Keras; the first belongs to the image rather than to a layer. */
  readonly layer: string;
  readonly detail: string;
  readonly shape: readonly number[];
}

/** The base network, which the techniques change. */
export const stages: readonly Stage[] = [
  { layer: "Input", detail: "", shape: [28, 28, 1] },
  { layer: "Conv2D", detail: "5×5", shape: [24, 24, 6] },
  { layer: "AveragePooling2D", detail: "2×2", shape: [12, 12, 6] },
  { layer: "Conv2D", detail: "5×5", shape: [8, 8, 16] },
  { layer: "AveragePooling2D", detail: "2×2", shape: [4, 4, 16] },
  { layer: "Flatten", detail: "", shape: [256] },
  { layer: "Dense", detail: "ReLU", shape: [1024] },
  { layer: "Dense", detail: "ReLU", shape: [1024] },
  { layer: "Dense", detail: "softmax", shape: [10] },
];

const baseWidth = 64;
const baseHeight = 60;
/** Pixels on the page for each pixel of a feature map. */
const scale = 1.3;
const mostSheets = 6;
const sheetStep = 2.5;

/** The base network as a row of pictures, from the image to the ten digits; nothing where no base network was trained. */
export function networkFigure({ text, summaries }: Scene): Markup {
  if (summaries.every(({ technique }) => technique !== "base")) return markup``;
  return markup`<figure class="network"><figcaption>${text.network}</figcaption><ol>${stages.map(
    ({ layer, detail, shape }) =>
      markup`<li>${picture(shape)}<b>${breakable(layer)}</b><small>${detail}${detail === "" ? "" : " · "}${shape.join("×")}</small></li>`,
  )}</ol></figure>`;
}

/** Long names may break between their words. */
function breakable(layer: string): Markup {
  const [first = "", ...rest] = layer.split(/(?=Pooling)/);
  return markup`${first}${rest.map((word) => markup`<wbr>${word}`)}`;
}

function picture(shape: readonly number[]): Markup {
  return markup`<svg viewBox="0 0 ${baseWidth} ${baseHeight}" aria-hidden="true" fill="var(--surface)" stroke="currentColor">${
    shape.length === 1 ? column(shape[0] as number) : sheets(shape[0] as number, shape[2] as number)
  }</svg>`;
}

/** Feature maps, one behind the other. */
function sheets(side: number, channels: number): Markup[] {
  const size = side * scale;
  const count = Math.min(channels, mostSheets);
  const reach = size + (count - 1) * sheetStep;
  const [left, top] = [1, (baseHeight - reach) / 2];
  return Array.from({ length: count }, (_, i) => {
    const shift = (count - 1 - i) * sheetStep;
    return markup`<rect x="${left + shift}" y="${top + reach - size - shift}" width="${size}" height="${size}"/>`;
  });
}

/** Units above each other, taller the more there are. */
function column(units: number): Markup {
  const height = 5.2 * Math.log2(units);
  return markup`<rect x="1" y="${(baseHeight - height) / 2}" width="8" height="${height}" rx="3"/>`;
}
