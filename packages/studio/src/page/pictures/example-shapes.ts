/** Pictures of each shape: enough to learn from in a minute. */
export const shapesPerClass = 30;
const side = 128;
const shapes = ["circle", "square", "triangle"] as const;
export type Shape = (typeof shapes)[number];

/** Circles, squares and triangles in many places, sizes and colors, to try the screen with. */
export function exampleShapes(): ReadonlyMap<Shape, readonly OffscreenCanvas[]> {
  return new Map(shapes.map((shape) => [shape, Array.from({ length: shapesPerClass }, () => drawn(shape))]));
}

function drawn(shape: Shape): OffscreenCanvas {
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("The browser cannot draw.");
  const hue = 360 * Math.random();
  context.fillStyle = `hsl(${hue + 180} 30% ${80 + 15 * Math.random()}%)`;
  context.fillRect(0, 0, side, side);
  const size = side * (0.2 + 0.14 * Math.random());
  const place = (): number => size * 1.1 + (side - size * 2.2) * Math.random();
  context.translate(place(), place());
  context.rotate((Math.random() - 0.5) * 0.6);
  context.fillStyle = `hsl(${hue} 70% ${30 + 20 * Math.random()}%)`;
  context.fill(outline(shape, size));
  return canvas;
}

function outline(shape: Shape, size: number): Path2D {
  const path = new Path2D();
  if (shape === "circle") path.arc(0, 0, size, 0, 2 * Math.PI);
  else if (shape === "square") path.rect(-size * 0.85, -size * 0.85, size * 1.7, size * 1.7);
  else {
    path.moveTo(0, -size);
    path.lineTo(size, size * 0.8);
    path.lineTo(-size, size * 0.8);
    path.closePath();
  }
  return path;
}
