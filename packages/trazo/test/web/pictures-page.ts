import { readDigitImage, readImage } from "../../src/web/index.js";

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

Object.assign(globalThis, {
  ready: true,

  async read(base64: string, channels: 1 | 3) {
    try {
      const { shape, data } = await readImage(bytesOf(base64), { channels });
      return { shape, data: Array.from(data) };
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message}`;
    }
  },

  /** The ink of a digit, by its address. */
  async digit(url: string) {
    const { shape, data } = await readDigitImage(new URL(url, location.href));
    return { shape, ink: data.reduce((sum, value) => sum + value, 0) };
  },
});
declare const location: { readonly href: string };
