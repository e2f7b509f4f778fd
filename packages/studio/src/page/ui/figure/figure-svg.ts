import { colorText } from "./color-text.js";

/** Parts of the page that are no part of a figure: what one presses, and what only screen readers get. */
const left =
  ".card-tools, .tools, .sliders, .segments, .walk, .link, .hint, .hidden, .quiet, input, dialog, .rewind";

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

export interface Figure {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** A part of the page as a picture that consists of shapes and text, and can be edited. */
export function figureSvg(root: HTMLElement): Figure {
  // Nothing is left where controls were. The page is as before when it is next painted.
  const undo = closedUp(root);
  try {
    return svgOf(root);
  } finally {
    undo();
  }
}

/** Lays a card out as a figure; charts keep the size in which they are drawn. @returns what takes that back */
function closedUp(root: HTMLElement): () => void {
  const charts = [...root.querySelectorAll<HTMLElement>(".chart")];
  const heights = charts.map(({ clientHeight }) => clientHeight);
  const before = charts.map(({ style }) => style.cssText);
  const { clientWidth: width, style } = root;
  const ownWidth = style.width;
  for (const [i, chart] of charts.entries()) chart.style.cssText = `flex: none; height: ${heights[i]}px`;
  root.classList.add("taken");
  if (root.clientWidth !== width) style.width = `${width}px`;
  return () => {
    root.classList.remove("taken");
    style.width = ownWidth;
    for (const [i, chart] of charts.entries()) chart.style.cssText = before[i] ?? "";
  };
}

function svgOf(root: HTMLElement): Figure {
  const { left: x, top: y, width, height } = root.getBoundingClientRect();
  const content = drawn(root, { x, y });
  const [w, h] = [Math.ceil(width), Math.ceil(height)];
  return {
    width: w,
    height: h,
    svg: `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}">${content}</svg>`,
  };
}

function drawn(element: Element, origin: Origin): string {
  if (element.matches(left)) return "";
  const style = getComputedStyle(element);
  if (style.display === "none" || style.visibility === "hidden") return "";
  const box = element.getBoundingClientRect();
  if (element instanceof HTMLSelectElement) return chosenText(element, style, origin);
  const parts = [background(unturned(element, box), style, origin)];
  if (element instanceof HTMLCanvasElement) return parts[0] + canvasOf(element, box, origin);
  if (element instanceof HTMLImageElement) return parts[0] + image(pictureOf(element), box, origin, false);
  if (element instanceof SVGSVGElement) return parts[0] + inlineOf(element, box, origin);
  for (const node of element.childNodes) {
    if (node instanceof Element) parts.push(drawn(node, origin));
    else if (node instanceof Text) parts.push(...textOf(node, style, origin));
  }
  return parts.join("");
}

/** A box before it was turned, and by how many degrees. */
interface Box extends Pick<DOMRect, "left" | "top" | "width" | "height"> {
  readonly turned?: number;
}

function unturned(element: Element, box: DOMRect): Box {
  const { transform } = getComputedStyle(element);
  const { a, b } = new DOMMatrixReadOnly(transform);
  if (!(element instanceof HTMLElement) || b === 0) return box;
  const { offsetWidth: width, offsetHeight: height } = element;
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const turned = round((180 * Math.atan2(b, a)) / Math.PI);
  return { left: x - width / 2, top: y - height / 2, width, height, turned };
}

/** What is chosen, without what it is chosen from. */
function chosenText(select: HTMLSelectElement, style: CSSStyleDeclaration, origin: Origin): string {
  const box = select.getBoundingClientRect();
  const text = select.selectedOptions[0]?.text ?? "";
  const left = box.left + Number.parseFloat(style.paddingLeft) - origin.x;
  return textAt(text, { left, middle: box.top + box.height / 2 - origin.y }, style);
}

const placed = ({ left, top, width, height }: Box, { x, y }: Origin): string =>
  `x="${round(left - x)}" y="${round(top - y)}" width="${round(width)}" height="${round(height)}"`;

function background(box: Box, style: CSSStyleDeclaration, origin: Origin): string {
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
  const { left, top, width, height, turned } = box;
  const middle = `${round(left + width / 2 - origin.x)} ${round(top + height / 2 - origin.y)}`;
  const turn = turned ? ` transform="rotate(${turned} ${middle})"` : "";
  return `<rect ${placed(box, origin)} rx="${round(radius)}" fill="${fill}"${stroke}${turn}/>${rule}`;
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

/** A text line by line, as it is broken on the screen, and as wide, whatever letters another program has. */
function textOf(node: Text, style: CSSStyleDeclaration, origin: Origin): string[] {
  const range = document.createRange();
  if (style.writingMode.startsWith("vertical")) {
    range.selectNode(node);
    return [uprightText(node.data, range.getBoundingClientRect(), style, origin)];
  }
  const lines: { text: string; box: DOMRect; right: number }[] = [];
  for (const { 0: word, index } of node.data.matchAll(/\S+/g)) {
    range.setStart(node, index);
    range.setEnd(node, index + word.length);
    const box = range.getBoundingClientRect();
    if (box.width === 0) continue;
    const line = lines.at(-1);
    if (line && Math.abs(line.box.top - box.top) < 2) {
      line.text += ` ${word}`;
      line.right = box.right;
    } else lines.push({ text: word, box, right: box.right });
  }
  return lines.map(({ text, box, right }) => {
    const [left, middle] = [box.left - origin.x, box.top + box.height / 2 - origin.y];
    return textAt(text, { left, middle, width: right - box.left }, style);
  });
}

/** Text that is read from below. */
function uprightText(text: string, box: DOMRect, style: CSSStyleDeclaration, { x, y }: Origin): string {
  const [left, middle] = [box.left + box.width / 2 - x, box.top + box.height / 2 - y];
  const turn = `transform="rotate(-90 ${round(left)} ${round(middle)})" text-anchor="middle"`;
  return textAt(text, { left, middle }, style).replace("<text", `<text ${turn}`);
}

interface TextPlace {
  readonly left: number;
  readonly middle: number;
  readonly width?: number;
}

function textAt(text: string, { left, middle, width }: TextPlace, style: CSSStyleDeclaration): string {
  const fitted = width === undefined ? "" : ` textLength="${round(width)}" lengthAdjust="spacingAndGlyphs"`;
  return (
    `<text x="${round(left)}" y="${round(middle)}"${fitted} dominant-baseline="central" ` +
    `font-family="${escaped(style.fontFamily)}" font-size="${style.fontSize}" font-weight="${style.fontWeight}" fill="${colorText(style.color)}">${escaped(text)}</text>`
  );
}

export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

export const round = (value: number): number => Math.round(100 * value) / 100;
