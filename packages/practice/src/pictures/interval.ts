import type { Language } from "../language.js";
import { figureIn, pictureTexts } from "./text/index.js";

/** A share that was measured, with what it may really be. */
export interface MeasuredShare {
  readonly hits: number;
  readonly of: number;
  readonly share: number;
  /** Between these it is in 95 of 100 such measurements. */
  readonly low: number;
  readonly high: number;
}

/** The normal distribution's quantile for 95 %. */
const z = 1.959964;

/** A share with its 95 % interval (Wilson 1927, "Probable inference, the law of succession, and statistical inference"). */
export function measuredShare(hits: number, of: number): MeasuredShare {
  if (of === 0) return { hits, of, share: 0, low: 0, high: 1 };
  const share = hits / of;
  const scale = 1 + z ** 2 / of;
  const center = (share + z ** 2 / (2 * of)) / scale;
  const reach = (z / scale) * Math.sqrt((share * (1 - share)) / of + z ** 2 / (4 * of ** 2));
  return { hits, of, share, low: Math.max(0, center - reach), high: Math.min(1, center + reach) };
}

/** `93.1 % (88.9 to 95.8 %)`. */
export function shareText({ share, low, high }: MeasuredShare, language: Language): string {
  const text = pictureTexts[language];
  const percent = (value: number): string => figureIn(text, 100 * value, 1);
  return text.scores.share(percent(share), percent(low), percent(high));
}
