import { apply, layers, loadModel, type Model, model, type Runtime } from "trazo";
import { PracticeError } from "../failures/index.js";

/**
 * A model that begins with the layers of a file, which stay as they are, and ends with a new layer for other classes.
 *
 * @param path of a `.keras` or `.h5` file: a classifier, or one without its last layers
 * @throws TrazoError when the model takes no pictures or has nothing to build on
 */
export async function withNewHead(
  path: string,
  classes: number,
  { seed, runtime }: { readonly seed: number; readonly runtime: Runtime },
): Promise<Model> {
  const whole = await loadModel(path, { runtime, compile: false });
  const { layers: views } = whole;
  const last = views.findLastIndex(({ className }) => className === "Dense");
  // What lies behind the last dense layer belongs to the old classes, too.
  const before = last < 0 ? views.at(-1) : views[last - 1];
  if (!before || whole.inputShape.length !== 3) {
    throw new PracticeError(({ takesNoPictures }) => takesNoPictures(path));
  }
  const features = whole.upTo(before.name);
  features.setTrainable(false);
  const pixels = layers.input({ shape: whole.inputShape });
  const found = apply(features, pixels, { training: false });
  const flat = found.shape.length === 4 ? apply(layers.globalAveragePooling2d(), found) : found;
  const outputs = apply(
    layers.dense({ units: classes, activation: "softmax" }),
    apply(layers.dropout({ rate: 0.2 }), flat),
  );
  const made = model({ inputs: pixels, outputs, seed, runtime });
  made.preparation = whole.preparation;
  return made;
}
