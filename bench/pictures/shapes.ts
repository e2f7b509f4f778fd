/** Drawn shapes in color, in class folders: a data set that anybody can make again, with much that does not matter to the class. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { uniforms } from "../../packages/studio/src/lab/uniforms.js";

/** Corners of a shape around the middle, of radius 1. */
const star = (points: number, inner: number): string =>
  Array.from({ length: 2 * points }, (_, i) => {
    const [radius, angle] = [i % 2 === 0 ? 1 : inner, (Math.PI * i) / points];
    return `${(radius * Math.sin(angle)).toFixed(3)},${(-radius * Math.cos(angle)).toFixed(3)}`;
  }).join(" ");

const polygon = (corners: number): string =>
  Array.from({ length: corners }, (_, i) => {
    const angle = (2 * Math.PI * i) / corners;
    return `${Math.sin(angle).toFixed(3)},${(-Math.cos(angle)).toFixed(3)}`;
  }).join(" ");

/** What tells the classes apart is the outline alone. */
const shapes: Readonly<Record<string, string>> = {
  arrow: `<path d="M0,-1 L.8,0 L.32,0 L.32,1 L-.32,1 L-.32,0 L-.8,0 Z"/>`,
  circle: `<circle r=".92"/>`,
  crescent: `<path d="M.3,-.9 A.95,.95 0 1 0 .3,.9 A1.05,1.05 0 0 1 .3,-.9 Z"/>`,
  cross: `<path d="M-.33,-1 H.33 V-.33 H1 V.33 H.33 V1 H-.33 V.33 H-1 V-.33 H-.33 Z"/>`,
  heart: `<path d="M0,.95 C-1.5,-.1 -.8,-1.15 0,-.45 C.8,-1.15 1.5,-.1 0,.95 Z"/>`,
  hexagon: `<polygon points="${polygon(6)}"/>`,
  ring: `<path fill-rule="evenodd" d="M-.95,0 A.95,.95 0 1 0 .95,0 A.95,.95 0 1 0 -.95,0 Z M-.5,0 A.5,.5 0 1 0 .5,0 A.5,.5 0 1 0 -.5,0 Z"/>`,
  square: `<rect x="-.8" y="-.8" width="1.6" height="1.6"/>`,
  star: `<polygon points="${star(5, 0.42)}"/>`,
  triangle: `<polygon points="${polygon(3)}"/>`,
};

export const shapeNames = Object.keys(shapes);

export interface ShapesOptions {
  readonly perClass: number;
  /** Pixels of the longer side. Default 96. */
  readonly side?: number;
  readonly seed?: number;
  /** Default: all. */
  readonly classes?: readonly string[];
}

/** Draws the pictures into `folder/<class>/<number>.jpg` or `.png`. */
export async function drawShapes(
  folder: string,
  { perClass, side = 96, seed = 1, classes = shapeNames }: ShapesOptions,
): Promise<void> {
  for (const name of classes) {
    await mkdir(join(folder, name), { recursive: true });
    for (let first = 0; first < perClass; first += 16) {
      const several = Array.from({ length: Math.min(16, perClass - first) }, (_, i) => first + i);
      await Promise.all(
        several.map((i) =>
          draw(folder, name, i, side, uniforms(seed * 1e6 + i * 101 + shapeNames.indexOf(name))),
        ),
      );
    }
  }
}

async function draw(
  folder: string,
  name: string,
  i: number,
  side: number,
  next: () => number,
): Promise<void> {
  const between = (least: number, most: number): number => least + (most - least) * next();
  const width = side;
  const height = Math.round(side * between(0.75, 1));
  const hue = between(0, 360);
  const color = (degrees: number, light: number): string =>
    `hsl(${degrees.toFixed(0)} ${between(30, 95).toFixed(0)}% ${light.toFixed(0)}%)`;
  const dark = next() < 0.5;
  const radius = between(0.2, 0.4) * height;
  const x = between(radius, width - radius);
  const y = between(radius, height - radius);
  const clutter = Array.from({ length: Math.floor(between(2, 7)) }, () => {
    const [a, b, c, d] = [between(0, width), between(0, height), between(0, width), between(0, height)];
    return `<path d="M${a},${b} L${c},${d}" stroke="${color(between(0, 360), between(20, 80))}" stroke-width="${between(0.5, 3)}"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
<defs><linearGradient id="g" gradientTransform="rotate(${between(0, 90)})"><stop offset="0" stop-color="${color(hue, dark ? 15 : 88)}"/><stop offset="1" stop-color="${color(hue + 40, dark ? 35 : 65)}"/></linearGradient></defs>
<rect width="100%" height="100%" fill="url(#g)"/>${clutter.slice(1).join("")}
<g transform="translate(${x},${y}) rotate(${between(-25, 25)}) scale(${radius * between(0.8, 1.1)},${radius})" fill="${color(hue + between(90, 270), dark ? between(50, 85) : between(15, 50))}">${shapes[name]}</g>
${clutter[0]}</svg>`;
  const strength = between(8, 48);
  const noise = Buffer.from(
    Uint8Array.from({ length: width * height * 3 }, () => 128 + strength * (next() + next() - 1)),
  );
  let picture = sharp(Buffer.from(svg))
    .removeAlpha()
    .composite([{ input: noise, raw: { width, height, channels: 3 }, blend: "soft-light" }]);
  if (next() < 0.3) picture = sharp(await picture.png().toBuffer()).blur(between(0.4, 1.2));
  const isPng = i % 5 === 4;
  const bytes = isPng
    ? await picture.png().toBuffer()
    : await picture.jpeg({ quality: Math.floor(between(60, 95)) }).toBuffer();
  await writeFile(join(folder, name, `${String(i).padStart(5, "0")}.${isPng ? "png" : "jpg"}`), bytes);
}

const [folder, perClass = "400"] = process.argv.slice(2);
if (process.argv[1]?.endsWith("shapes.ts") && folder !== undefined) {
  await drawShapes(folder, { perClass: Number(perClass) });
}
