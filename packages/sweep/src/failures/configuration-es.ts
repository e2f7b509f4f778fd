import type { ConfigurationText, ExpectedValue } from "./configuration-en.js";
import { shownOr } from "./shown.js";

const shown = shownOr("vacío");
const list = (names: readonly string[]): string => names.join(", ");

/** Lo que se dice de un archivo de configuración o de una opción, en español. */
export const configurationEs: ConfigurationText = {
  line: (file, line) => `${file}, línea ${line}`,
  unreadable: (file, why) => `No se puede leer ${file}: ${why}.`,
  invalidYaml: (place, why) => `${place}: no es YAML válido: ${why}`,
  unknownOption: (known) => `no es una opción conocida. Aquí se puede dar: ${list(known)}.`,
  noMapping: (value) => `debe ser un conjunto de opciones con sus valores, pero es ${shown(value)}.`,
  noList: (value) => `debe ser una lista, pero es ${shown(value)}.`,
  noText: (value) => `debe ser un texto, pero es ${shown(value)}.`,
  noInteger: (least, value) => `debe ser un entero no menor que ${least}, pero es ${shown(value)}.`,
  noShare: (value) => `debe ser un número mayor que 0 y menor que 1, pero es ${shown(value)}.`,
  noNumber: (value) => `debe ser un número finito, pero es ${shown(value)}.`,
  emptyList: "es una lista vacía.",
  tooLarge: (most, value) => `debe ser como mucho ${most}, pero es ${value}.`,

  decidedByTechnique: "no se puede dar junto con una técnica, que ya lo decide.",
  decidedByPictures: "no se puede dar con una carpeta de imágenes, donde siempre es lo mismo.",
  unknownAugmentation: (value, known) =>
    `es ${shown(value)}. Da ${list(known)} u opciones de imageDataGenerator.`,
  unknownTechnique: (value, known) =>
    `es ${shown(value)}, que no es una técnica de la práctica. Valores posibles: ${list(known)}.`,
  noLayers: "no tiene capas.",
  unknownNetwork: (value, known) =>
    `es ${shown(value)}. Da ${list(known)}, la ruta de un archivo .keras o .h5, o una lista de capas.`,
  unreadableNetwork: (file, why) => `nombra ${file}, que no se puede leer: ${why}.`,
  cannotBeUsed: (why) => `no se puede usar: ${why}`,

  kinds: {
    layer: "una capa",
    optimizer: "un optimizador",
    loss: "una función de coste",
    metric: "una métrica",
    schedule: "un plan de tasas de aprendizaje",
    regularizer: "un regularizador",
    initializer: "un inicializador",
    constraint: "una restricción",
  },
  noOptionOf: (type, known) =>
    `no es una opción de ${type}. ${known.length > 0 ? `Valores posibles: ${list(known)}.` : "No tiene opciones."}`,
  wrongValue: (option, value) => `debe ser ${inSpanish(option)}, pero es ${shown(value)}.`,
  lacksOption: (name, type, option) => `no dice ${name}, que ${type} necesita: ${inSpanish(option)}.`,
  noTyped: (kind, value) =>
    `debe ser el nombre de ${kind} o un conjunto de opciones con su tipo (type), pero es ${shown(value)}.`,
  lacksType: (known) => `no dice su tipo (type). Valores posibles: ${list(known)}.`,
  unknownType: (value, kind, known) =>
    `es ${shown(value)}, que no es el nombre de ${kind}. Valores posibles: ${list(known)}.`,

  setForm: (text) =>
    `--set toma una opción y su valor, por ejemplo optimizer.learningRate=3e-4, pero ha recibido ${JSON.stringify(text)}.`,
  setValue: (text) => `--set ${text}: el valor no es YAML válido.`,
  noPlaceInList: (place, list, length, key) =>
    `${place}: ${list} es una lista de ${length}, así que ${JSON.stringify(key)} debe ser un lugar en ella, de 0 a ${length - 1}.`,
  noListHere: (place, what, key) =>
    `${place}: ${what ?? "la configuración"} no es aquí una lista, así que no tiene un lugar ${key}.`,
  noOptions: (place, what, value) => `${place}: ${what} es ${JSON.stringify(value)}, que no tiene opciones.`,

  tooManySettings: (count, most) => `describe ${count} configuraciones; el máximo es ${most}.`,
  notAfterEpochs:
    "debe medirse después de cada época con las mitades sucesivas (asha), por ejemplo val_accuracy.",
  variedEpochs:
    "no puede variar epochs con las mitades sucesivas (asha), que deciden cuánto se entrena cada configuración.",
  unknownReference: (value, known) =>
    `es ${shown(value)}, que no es una configuración. Valores posibles: ${known.join("; ")}.`,
  unknownSearch: (value) => `debe ser grid, random o asha, pero es ${shown(value)}.`,
  lacksRuns: "no dice runs, el número de configuraciones que se sortean.",
  aboveEpochs: (epochs, value) =>
    `debe ser como mucho ${epochs}, las épocas del entrenamiento, pero es ${value}.`,
  repeatedSeed: "nombra dos veces una semilla: repetirla no es usar otra.",
  lossesDiffer:
    "necesita measure: sus configuraciones tienen funciones de coste distintas, cuyos valores no se pueden comparar, y ninguna métrica en común. Da measure: val_accuracy u otra métrica que tengan todas.",
  noValues: "es una lista vacía: da sus valores.",
  noChoices: (value) =>
    `debe ser una lista de valores o un intervalo, { min, max }, pero es ${shown(value)}.`,
  notAboveMin: (min, value) => `debe ser mayor que min, ${min}, pero es ${value}.`,
  notAboveZero: (value) => `debe ser mayor que 0 si la escala es log, pero es ${value}.`,
  unknownScale: (value) => `debe ser linear o log, pero es ${shown(value)}.`,
  lacksSteps: "es un intervalo, del que una cuadrícula necesita el número de pasos: { min, max, steps }.",
};

/** Lo que admite una opción, según su esquema; en inglés si el esquema no lo dice. */
function inSpanish({ expected, json = {} }: ExpectedValue): string {
  const { type, minimum, maximum, exclusiveMinimum, exclusiveMaximum } = json;
  const limits = [
    minimum === undefined ? "" : `no menor que ${minimum}`,
    exclusiveMinimum === undefined ? "" : `mayor que ${exclusiveMinimum}`,
    maximum === undefined ? "" : `no mayor que ${maximum}`,
    exclusiveMaximum === undefined ? "" : `menor que ${exclusiveMaximum}`,
  ].filter((limit) => limit !== "");
  const number = (name: string): string => (limits.length > 0 ? `${name} ${limits.join(" y ")}` : name);
  if (type === "number") return number("un número finito");
  if (type === "integer") return number("un entero");
  if (type === "boolean") return "true o false";
  if (type === "string") return "un texto";
  return Array.isArray(json.enum) ? `uno de estos valores: ${list(json.enum.map(String))}` : expected;
}
