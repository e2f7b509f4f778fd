import { sliceRows, type Tensor } from "../tensor.js";
import { inkBox, massCenter, smallestDigit } from "./digit.js";
import { borderLevel, extremes, invert, isDarkOnLight, type Picture } from "./picture.js";
import type { PicturePreparation } from "./preparation.js";

/** Images that are looked at. */
const most = 256;
/** Share of them that must agree. */
const nearlyAll = 0.9;
/** MNIST's ink is 20/28 of the side, with a pixel to spare. */
const largestInk = 21.5 / 28;
/** How far from the middle the center of mass may lie, in sides. */
const offCenter = 2 / 28;

/**
 * How pictures must be prepared to look like the images that a model is trained on: light or dark ink, cropped and centered as
 * digits or filling the frame. Where the images have no background in common, pictures are taken as they are.
 *
 * @param images uint8 `[n, height, width, 1 or 3]`
 */
export function measurePreparation(images: Tensor): PicturePreparation {
  const asTheyAre: PicturePreparation = { ink: "light", invert: false, fit: "stretch" };
  const pictures = samples(images).map(grayOf);
  if (pictures.length === 0 || pictures.includes(undefined)) return asTheyAre;
  const gray = pictures as Picture[];
  const areMost = (count: number): boolean => count >= nearlyAll * gray.length;
  const dark = gray.filter(isDarkOnLight).length;
  const isDark = areMost(dark);
  if (!isDark && !areMost(gray.length - dark)) return asTheyAre;
  const light = isDark ? gray.map(invert) : gray;
  const fit = areMost(light.filter(isPlacedAsDigit).length) ? "digit" : "stretch";
  return { ink: isDark ? "dark" : "light", invert: "auto", fit };
}

function samples(images: Tensor): Picture[] {
  const [count = 0, height = 0, width = 0, channels = 0] = images.shape;
  if (channels !== 1 && channels !== 3) return [];
  const chosen = Math.min(most, count);
  return Array.from({ length: chosen }, (_, i) => {
    const at = Math.floor((i * count) / chosen);
    return {
      height,
      width,
      channels,
      data: new Float32Array(sliceRows(images, at, at + 1).data as Uint8Array),
    };
  });
}

/** undefined: a picture in color. */
function grayOf(picture: Picture): Picture | undefined {
  if (picture.channels === 1) return picture;
  const { data } = picture;
  const isGray = data.every((value, i) => value === data[i - (i % 3)]);
  return isGray ? { ...picture, channels: 1, data: data.filter((_, i) => i % 3 === 0) } : undefined;
}

function isPlacedAsDigit(picture: Picture): boolean {
  const { width, height, data } = picture;
  const side = Math.min(width, height);
  const background = borderLevel(picture);
  const strength = extremes(picture).lightest - background;
  if (strength <= 0 || side < smallestDigit) return false;
  const ink = { ...picture, data: data.map((value) => Math.max(0, (255 * (value - background)) / strength)) };
  const box = inkBox(ink);
  const center = massCenter(ink);
  return (
    Math.max(box.width, box.height) <= largestInk * side &&
    Math.abs(center.x - width / 2) <= offCenter * side &&
    Math.abs(center.y - height / 2) <= offCenter * side
  );
}
