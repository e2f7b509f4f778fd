import { useEffect, useRef } from "preact/hooks";
import { fromBase64 } from "../../protocol/base64.js";
import type { PictureHeat } from "../../protocol/pictures.js";

/** Where a network looks, over what it looks at: the stronger the color, the more that part counts. */
export function Heat({ heat, label }: { readonly heat: PictureHeat; readonly label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { height, width, values } = heat;
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const image = context.createImageData(width, height);
    for (const [i, value] of fromBase64(values).entries()) {
      image.data.set([255, 122, 0, Math.round(0.8 * value)], 4 * i);
    }
    context.putImageData(image, 0, 0);
  }, [values, width, height]);
  return <canvas ref={canvas} class="heat" width={width} height={height} role="img" aria-label={label} />;
}
