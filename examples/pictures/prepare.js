// What `model.json` says, in plain JavaScript: the picture's middle or all of it, resized so that every pixel counts (the
// triangle filter of PIL and TensorFlow's `antialias`), as bytes in the model's order.
export function prepare({ data, width, height }, { input, fit }) {
  const side = Math.min(width / input.width, height / input.height);
  const box =
    fit === "crop" ? [Math.trunc(side * input.width), Math.trunc(side * input.height)] : [width, height];
  const [left, top] = [Math.trunc((width - box[0]) / 2), Math.trunc((height - box[1]) / 2)];
  const at = (x, y, c) => data[((top + y) * width + left + x) * 4 + c];
  const rows = resize(input.width, box[0], box[1], at);
  const pixels = resize(input.height, box[1], input.width, (y, x, c) => rows[(y * input.width + x) * 3 + c]);
  // The second pass went down the columns: turn its result.
  return Uint8Array.from({ length: pixels.length }, (_, i) => {
    const [c, x, y] = [i % 3, Math.floor(i / 3) % input.width, Math.floor(i / 3 / input.width)];
    return pixels[(x * input.height + y) * 3 + c];
  });
}

/** Shrinks or grows one axis. The result has `lines` rows of `size` pixels. */
function resize(size, length, lines, at) {
  const scale = length / size;
  const reach = Math.max(1, scale);
  const made = new Uint8Array(lines * size * 3);
  for (let i = 0; i < size; i++) {
    const center = (i + 0.5) * scale;
    const [from, to] = [
      Math.max(0, Math.trunc(center - reach + 0.5)),
      Math.min(length, Math.trunc(center + reach + 0.5)),
    ];
    const weights = Array.from({ length: to - from }, (_, k) =>
      Math.max(0, 1 - Math.abs(from + k + 0.5 - center) / reach),
    );
    const sum = weights.reduce((a, b) => a + b);
    for (let line = 0; line < lines; line++)
      for (let c = 0; c < 3; c++)
        made[(line * size + i) * 3 + c] = Math.round(
          weights.reduce((total, weight, k) => total + weight * at(from + k, line, c), 0) / sum,
        );
  }
  return made;
}
