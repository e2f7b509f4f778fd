import {
  byHeartCode,
  compareCode,
  confusionCode,
  differenceCode,
  errorCurveCode,
  oneDigitCode,
} from "../src/page/code/compare.js";
import {
  activationsCode,
  averagesCode,
  changesCode,
  filterCode,
  layersCode,
  lookedCode,
  masksCode,
  resilienceCode,
  weightsCode,
} from "../src/page/code/inside.js";
import { kerasCode } from "../src/page/code/keras.js";
import { pictureMistakesCode, picturesCode } from "../src/page/code/pictures.js";
import type { Programs } from "../src/page/code/programs.js";
import { typescriptCode } from "../src/page/code/typescript.js";
import { type Distortion, undistorted } from "../src/protocol/messages.js";
import { type PictureSettings, pictureDefaults } from "../src/protocol/pictures.js";
import { type RunSettings, settingsOf, techniqueNames } from "../src/protocol/settings.js";

const training = (settings: RunSettings): Programs => ({
  typescript: typescriptCode(settings),
  keras: kerasCode(settings),
});

const changed: Distortion = { right: 2, down: -1, rotation: 15, zoom: 1.1, noise: 0 };
const pictures: PictureSettings = { ...pictureDefaults, classes: ["cat", "dog"], side: 32, epochs: 1 };
const one = { epochs: 1, seed: 1 } as RunSettings;

/** Every program that the page shows, by a name of its own. @param files of trained networks, the last of which normalizes */
export const shownPrograms = (files: readonly [string, ...string[]]): ReadonlyMap<string, Programs> => {
  const [file] = files;
  const last = files.at(-1) as string;
  return new Map([
    ...techniqueNames.map((name) => [`train ${name}`, training(settingsOf(name, one))] as const),
    ["compare", compareCode(files, undistorted)],
    ["compare changed", compareCode(files, changed)],
    ["one digit", oneDigitCode(files, 4, undistorted)],
    ["one digit changed", oneDigitCode(files, 4, { ...changed, noise: 0.1 })],
    ["error curve", errorCurveCode(files, "rotation", [0, 20, 40])],
    ["difference", differenceCode(file, last, changed)],
    ["confusion", confusionCode(file, undistorted)],
    ["by heart", byHeartCode(files)],
    ["layers", layersCode(last, 3)],
    ["filter", filterCode(file, 3)],
    ["looked", lookedCode(files, 3)],
    ["weights", weightsCode(files)],
    ["changes", changesCode(files)],
    ["masks", masksCode(files, 3, 0.5)],
    ["resilience", resilienceCode(files, [0, 0.5])],
    ["activations", activationsCode(files)],
    ["averages", averagesCode([last])],
    ["pictures", picturesCode(pictures)],
    // Its network is the one before: each training of pictures saves to the same file.
    ["picture mistakes", pictureMistakesCode(pictures)],
    ["pictures plain", picturesCode({ ...pictures, channels: 1, varied: false })],
  ]);
};
