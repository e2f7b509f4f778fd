/** A color that a style sheet has computed, as every program that reads SVG knows it; "none" for one that is not seen. */
export function colorText(color: string): string {
  if (color === "none") return color;
  const known = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(color);
  if (known) return color;
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  if (!context) return color;
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue, opacity = 0] = context.getImageData(0, 0, 1, 1).data;
  if (opacity === 0) return "none";
  const share = Math.round((100 * opacity) / 255) / 100;
  return opacity === 255 ? `rgb(${red}, ${green}, ${blue})` : `rgba(${red}, ${green}, ${blue}, ${share})`;
}
