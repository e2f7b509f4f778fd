// What is in a picture, by the run folder of `trazo train --images`: node classify.mjs runs/shapes picture.png
import { readFile } from "node:fs/promises";
import ort from "onnxruntime-node";
import sharp from "sharp";
import { prepare } from "./prepare.js";

const [folder, file] = process.argv.slice(2);
const model = JSON.parse(await readFile(`${folder}/model.json`, "utf8"));
const session = await ort.InferenceSession.create(`${folder}/model.onnx`);
const upright = sharp(file).autoOrient().toColourspace("srgb").ensureAlpha();
const { data, info } = await upright.raw().toBuffer({ resolveWithObject: true });
const { height, width, channels } = model.input;
const bytes = prepare({ data, width: info.width, height: info.height }, model);
const images = new ort.Tensor("uint8", bytes, [1, height, width, channels]);
const { probabilities } = await session.run({ images });
const answer = model.classes.map((name, i) => [name, probabilities.data[i]]);
console.log(JSON.stringify(Object.fromEntries(answer)));
