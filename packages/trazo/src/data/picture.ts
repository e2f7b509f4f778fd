import type { RgbaPixels } from "../ports/pictures.js";

/** A decoded picture: rows of pixels, `channels` values from 0 to 255 each. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Float32Array;
}

/**
 * Puts a picture on a plain background where it is transparent. Where most of it is, the transparent part is the paper:
 * it becomes white below dark ink and black below light ink. Otherwise the picture has a background of its own, and
 * the holes become white in a light picture and black in a dark one.
 */
export function flatten({ width, height, data }: RgbaPixels): Picture {
  const background = backgroundFor(data);
  const flat = new Float32Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const opacity = (data[4 * i + 3] as number) / 255;
    for (let c = 0; c < 3; c++) {
      flat[3 * i + c] = opacity * (data[4 * i + c] as number) + (1 - opacity) * background;
    }
  }
  return { width, height, channels: 3, data: flat };
}

function backgroundFor(rgba: Uint8Array): number {
  let opacity = 0;
  let light = 0;
  for (let i = 0; i < rgba.length; i += 4) {
    const alpha = rgba[i + 3] as number;
    opacity += alpha;
    light += alpha * luma(rgba[i] as number, rgba[i + 1] as number, rgba[i + 2] as number);
  }
  const isLight = light >= 128 * opacity;
  const mostlyTransparent = opacity < 0.5 * 255 * (rgba.length / 4);
  return isLight === mostlyTransparent ? 0 : 255;
}

/** Greyscale by ITU-R BT.601 luma, rounded to whole levels. */
export function toGray(picture: Picture): Picture {
  if (picture.channels === 1) return picture;
  const { width, height, data } = picture;
  const gray = new Float32Array(width * height);
  for (let i = 0; i < gray.length; i++) {
    gray[i] = Math.round(luma(data[3 * i] as number, data[3 * i + 1] as number, data[3 * i + 2] as number));
  }
  return { width, height, channels: 1, data: gray };
}

function luma(red: number, green: number, blue: number): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

/** The negative. */
export function invert(picture: Picture): Picture {
  return { ...picture, data: picture.data.map((value) => 255 - value) };
}

/** The median of the outermost pixels of a gray picture: its background, unless ink covers half of the border. */
export const borderLevel = (picture: Picture): number => medianOf(borderOf(picture));

/** The outermost pixels, each once. */
function borderOf({ width, height, data }: Picture): Float32Array {
  if (width < 3 || height < 3) return data.slice();
  const border = new Float32Array(2 * (width + height) - 4);
  border.set(data.subarray(0, width));
  border.set(data.subarray((height - 1) * width), width);
  let at = 2 * width;
  for (let y = 1; y < height - 1; y++) {
    border[at++] = data[y * width] as number;
    border[at++] = data[(y + 1) * width - 1] as number;
  }
  return border;
}

/** The darkest and the lightest value. */
export function extremes({ data }: Picture): { darkest: number; lightest: number } {
  let darkest = 255;
  let lightest = 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (value < darkest) darkest = value;
    if (value > lightest) lightest = value;
  }
  return { darkest, lightest };
}

/** A background covers at least this share of a picture; what covers less around it is a frame. */
const leastBackground = 0.3;

/** The level of a gray picture's background: the border's, or, where that is a frame, that of what it is around. */
export const backgroundLevel = (picture: Picture): number => levelsOf(picture).background;

/** Whether a gray picture goes further from its background into the dark than into the light. */
export function isDarkOnLight(picture: Picture): boolean {
  const { background, darkest, lightest } = levelsOf(picture);
  return background - darkest > lightest - background;
}

function levelsOf(picture: Picture) {
  const { data } = picture;
  const border = borderLevel(picture);
  const { darkest, lightest } = extremes(picture);
  const middle = (darkest + lightest) / 2;
  const isLight = border > middle;
  let others = 0;
  for (let i = 0; i < data.length; i++) if ((data[i] as number) > middle !== isLight) others++;
  const isFrame = others > (1 - leastBackground) * data.length;
  const background = isFrame ? medianOf(data.filter((value) => value > middle !== isLight)) : border;
  return { background, darkest, lightest };
}

const medianOf = (values: Float32Array): number => values.sort()[values.length >> 1] as number;

/** A rectangle of pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export function crop({ width, channels, data }: Picture, box: Box): Picture {
  const cropped = new Float32Array(box.width * box.height * channels);
  for (let y = 0; y < box.height; y++) {
    const start = ((box.top + y) * width + box.left) * channels;
    cropped.set(data.subarray(start, start + box.width * channels), y * box.width * channels);
  }
  return { width: box.width, height: box.height, channels, data: cropped };
}

/** The middle of a picture in the proportions of another size. */
export function cropMiddle(picture: Picture, width: number, height: number): Picture {
  const scale = Math.min(picture.width / width, picture.height / height);
  const box = {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
  const left = Math.floor((picture.width - box.width) / 2);
  const top = Math.floor((picture.height - box.height) / 2);
  return crop(picture, { ...box, left, top });
}

/** A picture shrunk or enlarged into the middle of another size, its proportions kept, with its border's color around it. */
export function fitInside(picture: Picture, width: number, height: number): Picture {
  const { channels } = picture;
  const scale = Math.min(width / picture.width, height / picture.height);
  const inner = resize(
    picture,
    Math.max(1, Math.round(picture.width * scale)),
    Math.max(1, Math.round(picture.height * scale)),
  );
  const around = Array.from({ length: channels }, (_, c) => borderLevel(channelOf(picture, c)));
  const data = Float32Array.from(
    { length: width * height * channels },
    (_, i) => around[i % channels] as number,
  );
  const left = Math.floor((width - inner.width) / 2);
  const top = Math.floor((height - inner.height) / 2);
  for (let y = 0; y < inner.height; y++) {
    const row = inner.data.subarray(y * inner.width * channels, (y + 1) * inner.width * channels);
    data.set(row, ((top + y) * width + left) * channels);
  }
  return { width, height, channels, data };
}

const channelOf = ({ width, height, channels, data }: Picture, channel: number): Picture => ({
  width,
  height,
  channels: 1,
  data: data.filter((_, i) => i % channels === channel),
});

/** Resizes each axis on its own: averages the covered pixels when it shrinks, interpolates linearly when it grows. */
export function resize(picture: Picture, width: number, height: number): Picture {
  return resizeRows(resizeColumns(picture, width), height);
}

function resizeColumns({ width, height, channels, data }: Picture, newWidth: number): Picture {
  const resized = new Float32Array(newWidth * height * channels);
  for (const [x, taps] of axisTaps(width, newWidth).entries()) {
    for (const { source, weight } of taps) {
      for (let y = 0; y < height; y++) {
        for (let c = 0; c < channels; c++) {
          const at = (y * newWidth + x) * channels + c;
          resized[at] =
            (resized[at] as number) + weight * (data[(y * width + source) * channels + c] as number);
        }
      }
    }
  }
  return { width: newWidth, height, channels, data: resized };
}

function resizeRows({ width, height, channels, data }: Picture, newHeight: number): Picture {
  const rowLength = width * channels;
  const resized = new Float32Array(rowLength * newHeight);
  for (const [y, taps] of axisTaps(height, newHeight).entries()) {
    for (const { source, weight } of taps) {
      for (let i = 0; i < rowLength; i++) {
        const at = y * rowLength + i;
        resized[at] = (resized[at] as number) + weight * (data[source * rowLength + i] as number);
      }
    }
  }
  return { width, height: newHeight, channels, data: resized };
}

interface Tap {
  readonly source: number;
  readonly weight: number;
}

/**
 * For each new pixel the old ones that it sees: a window around its center, as wide as one new pixel but no narrower
 * than one old pixel, each old pixel weighted by how much of it lies inside.
 */
function axisTaps(length: number, newLength: number): Tap[][] {
  const scale = length / newLength;
  const reach = Math.max(scale, 1) / 2;
  return Array.from({ length: newLength }, (_, i) => {
    const center = (i + 0.5) * scale;
    const from = Math.max(0, center - reach);
    const to = Math.min(length, center + reach);
    const taps: Tap[] = [];
    for (let source = Math.floor(from); source < to; source++) {
      const weight = (Math.min(source + 1, to) - Math.max(source, from)) / (to - from);
      if (weight > 0) taps.push({ source, weight });
    }
    return taps;
  });
}
