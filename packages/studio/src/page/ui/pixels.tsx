import { useEffect, useRef } from "preact/hooks";

/** Gray bytes on a canvas of its own, as sharp as they are. */
export function Pixels({
  bytes,
  width,
  height,
  label,
  class: name = "",
}: {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** A description for screen readers; undefined where the text next to it is enough. */
  readonly label?: string;
  readonly class?: string;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const image = context.createImageData(width, height);
    for (let i = 0; i < width * height; i++) {
      const value = bytes[i] ?? 0;
      image.data[4 * i] = value;
      image.data[4 * i + 1] = value;
      image.data[4 * i + 2] = value;
      image.data[4 * i + 3] = 255;
    }
    context.putImageData(image, 0, 0);
  }, [bytes, width, height]);
  return (
    <canvas
      ref={canvas}
      width={width}
      height={height}
      class={`pixels ${name}`}
      {...(label === undefined ? { "aria-hidden": true } : { role: "img", "aria-label": label })}
    />
  );
}
