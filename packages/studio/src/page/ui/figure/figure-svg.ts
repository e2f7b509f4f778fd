import { colorText } from "./color-text.js";

/** Parts of the page that are no part of a figure: what one presses, and what only screen readers get. */
const left = ".card-tools, .tools, .sliders, .segments, .hidden, .quiet, select, input, dialog, .rewind";

/** Asks a chart for its lines as SVG: a listener that has them takes the event. */
export class ChartAsked extends Event {
  svg = "";
  constructor() {
    super("chart-asked", { bubbles: true });
  }
}

interface Origin {
  readonly x: number;
  readonly y: number;
}

/** A part of the page as a picture that consists of shapes and text, and can be edited. */
export async function figureSvg(root: HTMLElement): Promise<{ svg: string; width: number; height: number }> {
  const { left: x, top: y, width, height } = root.getBoundingClientRect();
  const content = await drawn(root, { x, y });
  const [w, h] = [Math.ceil(width), Math.ceil(height)];
  return {
    width: w,
    height: h,
    svg: `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}">${content}</svg>`,
  };
}

async function drawn(element: Element, origin: Origin): Promise<string> {
  if (element.matches(left)) return "";
  const style = getComputedStyle(element);
  if (style.display === "none" || style.visibility === "hidden") return "";
  const box = element.getBoundingClientRect();
  const parts = [background(box, style, origin)];
  if (element instanceof HTMLCanvasElement) return parts[0] + canvasOf(element, box, origin);
  if (element instanceof HTMLImageElement) return parts[0] + image(pictureOf(element), box, origin, false);
  if (element instanceof SVGSVGElement) return parts[0] + inlineOf(element, box, origin);
  for (const node of element.childNodes) {
    if (node instanceof Element) parts.push(await drawn(node, origin));
    else if (node instanceof Text) parts.push(...textOf(node, style, origin));
  }
  return parts.join("");
}

const placed = ({ left, top, width, height }: DOMRect, { x, y }: Origin): string =>
  `x="${round(left - x)}" y="${round(top - y)}" width="${round(width)}" height="${round(height)}"`;

function background(box: DOMRect, style: CSSStyleDeclaration, origin: Origin): string {
  const fill = colorText(style.backgroundColor);
  const line = Number.parseFloat(style.borderTopWidth);
  const isFramed = line > 0 && Number.parseFloat(style.borderBottomWidth) > 0;
  const radius = Math.min(Number.parseFloat(style.borderTopLeftRadius) || 0, box.width / 2, box.height / 2);
  const stroke = isFramed ? ` stroke="${colorText(style.borderTopColor)}" stroke-width="${line}"` : "";
  const rule =
    line > 0 && !isFramed
      ? `<rect x="${round(box.left - origin.x)}" y="${round(box.top - origin.y)}" width="${round(box.width)}" height="${line}" fill="${colorText(style.borderTopColor)}"/>`
      : "";
  if (fill === "none" && stroke === "") return rule;
  return `<rect ${placed(box, origin)} rx="${round(radius)}" fill="${fill}"${stroke}/>${rule}`;
}

function canvasOf(canvas: HTMLCanvasElement, box: DOMRect, origin: Origin): string {
  const asked = new ChartAsked();
  canvas.dispatchEvent(asked);
  if (asked.svg !== "") {
    return `<g transform="translate(${round(box.left - origin.x)} ${round(box.top - origin.y)})">${asked.svg}</g>`;
  }
  const isSharp = getComputedStyle(canvas).imageRendering === "pixelated";
  return image(canvas.toDataURL(), box, origin, isSharp);
}

const image = (url: string, box: DOMRect, origin: Origin, isSharp: boolean): string =>
  `<image ${placed(box, origin)} preserveAspectRatio="none" href="${url}"${isSharp ? ' style="image-rendering:pixelated"' : ""}/>`;

function pictureOf(picture: HTMLImageElement): string {
  const canvas = document.createElement("canvas");
  canvas.width = picture.naturalWidth;
  canvas.height = picture.naturalHeight;
  canvas.getContext("2d")?.drawImage(picture, 0, 0);
  return canvas.toDataURL();
}

/** Shapes of the page's own SVG, with the colors that the style sheet gives them. */
function inlineOf(svg: SVGSVGElement, box: DOMRect, origin: Origin): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = svg.querySelectorAll("*");
  for (const [i, shape] of copy.querySelectorAll("*").entries()) {
    const style = getComputedStyle(originals[i] as Element);
    shape.setAttribute("fill", colorText(style.fill));
    shape.setAttribute("stroke", colorText(style.stroke));
  }
  for (const [name, value] of Object.entries({
    x: box.left - origin.x,
    y: box.top - origin.y,
    width: box.width,
    height: box.height,
  })) {
    copy.setAttribute(name, String(round(value)));
  }
  return new XMLSerializer().serializeToString(copy);
}

/** A text line by line, as it is broken on the screen. */
function textOf(node: Text, style: CSSStyleDeclaration, origin: Origin): string[] {
  const range = document.createRange();
  const lines: { text: string; box: DOMRect }[] = [];
  for (const { 0: word, index } of node.data.matchAll(/\S+/g)) {
    range.setStart(node, index);
    range.setEnd(node, index + word.length);
    const box = range.getBoundingClientRect();
    if (box.width === 0) continue;
    const line = lines.at(-1);
    if (line && Math.abs(line.box.top - box.top) < 2) line.text += ` ${word}`;
    else lines.push({ text: word, box });
  }
  const fill = colorText(style.color);
  return lines.map(
    ({ text, box }) =>
      `<text x="${round(box.left - origin.x)}" y="${round(box.top + box.height / 2 - origin.y)}" dominant-baseline="central" ` +
      `font-family="${escaped(style.fontFamily)}" font-size="${style.fontSize}" font-weight="${style.fontWeight}" fill="${fill}">${escaped(text)}</text>`,
  );
}

export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

export const round = (value: number): number => Math.round(100 * value) / 100;
