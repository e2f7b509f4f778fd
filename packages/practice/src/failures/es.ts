import type { FailureText } from "./en.js";

/** Lo que dice la práctica cuando algo no se puede hacer, en español. */
export const es: FailureText = {
  otherSettings: (folder, differences) =>
    `En ${folder} hay un entrenamiento con otra configuración:\n${differences}\n` +
    "Da la misma configuración para continuarlo, --fresh para empezar de nuevo, u otra carpeta con --out.",
  before: "antes",
  now: "ahora",
  foreignFiles: (folder, files) =>
    `En ${folder} hay ${files}, pero no de un entrenamiento de Trazo: uno nuevo lo sobrescribiría. ` +
    "Da otra carpeta con --out, o mueve esos archivos a otro sitio.",
  notARun: (folder, file) =>
    `${folder} no es la carpeta de un entrenamiento: no tiene ${file}. Da carpetas hechas con trazo practice o trazo train.`,
  cannotBeListed: (folder, reason) => `No se puede ver lo que hay en ${folder}: ${reason}.`,
  isAFile: "es un archivo, no una carpeta",
  run: (technique, seed) => `${technique}, semilla ${seed}`,
  sameRunTwice: (one, other, run) =>
    `${one} y ${other} son el mismo entrenamiento (${run}): una repetición no es otra semilla. Da solo uno.`,
  notComparable: (folder, differences, advice) =>
    `El entrenamiento de ${folder} no se puede comparar:\n${differences}\n${advice}`,
  there: "allí",
  inFolder: (folder) => `en ${folder}`,
  loadedNow: "en los datos cargados ahora",
  compareSameSettings: "Compara entrenamientos con la misma configuración.",
  giveItsImages: "Da con --data las imágenes con las que se entrenó.",
  pictureRunNotFinished: (folder) =>
    `El entrenamiento de ${folder} no terminó. Repite su comando trazo train: continúa donde se detuvo.`,
  otherTestPictures: (folder, other) =>
    `${folder} se evaluó con otras imágenes que ${other}. Compara entrenamientos con la misma carpeta y el mismo --seed, que decide la división.`,
  notFinished: (folder, file, technique) =>
    `El entrenamiento de ${folder} no terminó: no tiene ${file}. Repítelo con trazo practice --only ${technique}.`,
  notMeasured: (folder, name) => `El entrenamiento de ${folder} no midió «${name}», que el informe muestra.`,
  otherNetwork: ({ folder, shape, classes, reads, gives }) =>
    `El informe trata de redes que leen imágenes de [${shape}] y dan ${classes} clases, pero la de ${folder} lee [${reads}] y da [${gives}].`,
  notClasses: (shape) => `El modelo da [${shape}], no un número por clase.`,
  otherImages: (source, wanted, own) =>
    `${source}: la red lee imágenes de [${wanted}], pero las de los datos son de [${own}].`,
  moreClasses: (source, own, known) => `${source}: los datos tienen ${own} clases; la red, ${known}.`,
  tooFewOfClass: ({ name, count, least }) =>
    `La clase «${name}» ${count === 0 ? "no tiene imágenes" : `solo tiene ${count} ${count === 1 ? "imagen distinta" : "imágenes distintas"}`}; ` +
    `hacen falta al menos ${least}, una para entrenar, otra para validar y otra para el test. Añade imágenes o quita su carpeta.`,
  oneClass: (directory, name) =>
    `${directory} tiene una sola clase, «${name}»; un clasificador necesita al menos dos que distinguir. Añade una carpeta con imágenes de otra cosa.`,
  unknownClassFolder: (folder, name, training) =>
    `${folder} tiene una carpeta «${name}», pero ${training} no: un modelo no puede reconocer una clase con la que no se entrenó.`,
  noPictures: (directory) => `Las carpetas de ${directory} no contienen imágenes.`,
  noReadablePicture: (directory, reason) =>
    `No se puede leer ninguna imagen de ${directory}. ${reason}`.trim(),
  takesNoPictures: (path) => `${path} no recibe imágenes, o no tiene capas sobre las que construir.`,
  notAPictureRun: (folder, file) =>
    `${folder} no es la carpeta de un entrenamiento con imágenes: no tiene ${file}.`,
  otherClassCount: (given, classes) =>
    `El modelo da ${given} ${given === 1 ? "número" : "números"}, pero la carpeta tiene ${classes} clases.`,
  newLastLayer: "Con --from recibe una última capa nueva.",
  nothingKept: "El entrenamiento acabó antes de que se pudiera guardar un modelo.",
  noRuns: "El informe no tiene ningún entrenamiento que mostrar.",
};
