import { mkdirSync, writeFileSync } from "node:fs";
import {
  imagesFromDirectory,
  layers,
  loadMnist,
  loadModel,
  openClassifier,
  readImage,
  sequential,
} from "trazo";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../trazo/test/data/temporary-folder.js";
import { messageIn } from "../src/index.js";

const { path } = temporaryFolder();

async function errorOf(use: () => unknown): Promise<Error> {
  try {
    await use();
  } catch (error) {
    return error as Error;
  }
  throw new Error("It was accepted.");
}

describe("what the library says of a file is told in Spanish:", () => {
  const size = { height: 8, width: 8 };
  it.each<[use: () => unknown, said: string]>([
    [() => loadModel(path("none.keras")), "No se puede leer PATH/none.keras: no existe ese archivo."],
    [() => loadModel(path("folder")), "No se puede leer PATH/folder: es una carpeta."],
    [
      () => loadModel(path("notes.txt/model.h5")),
      "No se puede leer PATH/notes.txt/model.h5: una parte de la ruta es un archivo, no una carpeta.",
    ],
    [
      () => loadModel(path("n".repeat(300))),
      `No se puede leer PATH/${"n".repeat(300)}: el nombre es demasiado largo.`,
    ],
    [
      () => loadModel(path("notes.txt")),
      "PATH/notes.txt: no es un archivo .keras ni HDF5 (sus primeros bytes no son los de ninguno de los dos).",
    ],
    [
      () => readImage(path("notes.txt"), size),
      "PATH/notes.txt no es una imagen en un formato admitido (PNG,",
    ],
    [
      () => imagesFromDirectory(path("none"), size),
      "No se puede leer la carpeta PATH/none: no existe esa carpeta.",
    ],
    [
      () => imagesFromDirectory(path("folder"), size),
      "En PATH/folder no hay carpetas: se espera una carpeta por clase, con sus imágenes, p. ej. PATH/folder/cats/1.jpg.",
    ],
    [
      () => loadMnist({ dir: path("none") }),
      "No existe la carpeta PATH/none. Da la carpeta de los cuatro archivos IDX.",
    ],
    [
      () => loadMnist({ dir: path("notes.txt") }),
      "PATH/notes.txt es un archivo, no una carpeta. Da la carpeta de los cuatro archivos IDX.",
    ],
    [
      () => loadMnist({ dir: path("folder") }),
      "En PATH/folder no hay imágenes de entrenamiento; se buscaron train-images-idx3-ubyte",
    ],
    [() => openClassifier(path("cut.onnx")), "PATH/cut.onnx: no es un archivo ONNX, o está dañado"],
    [() => loadModel(path("cut.keras")), "PATH/cut.keras: el archivo zip está dañado y no se puede leer"],
    [
      () => sequential([layers.dense({ units: 1, inputShape: [1] })]).save(path("notes.txt/model.keras")),
      "No se ha podido escribir PATH/notes.txt/model.keras: una parte de la ruta es un archivo, no una carpeta.",
    ],
  ])("%s", async (use, said) => {
    mkdirSync(path("folder"), { recursive: true });
    writeFileSync(path("notes.txt"), "notes\n");
    writeFileSync(path("cut.onnx"), "notes\n");
    writeFileSync(path("cut.keras"), "PK\x03\x04 and no more");
    const error = await errorOf(use);
    const folder = path("x").slice(0, -2);
    expect(messageIn(error, "es")).toContain(said.replaceAll("PATH", folder));
    expect(messageIn(error, "en")).toBe(error.message);
  });
});

it("what is not known in Spanish stays as it is", () => {
  expect(messageIn(new Error("The tide is out."), "es")).toBe("The tide is out.");
});
