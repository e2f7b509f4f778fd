import { configurationEs } from "./configuration-es.js";
import type { FailureText } from "./en.js";

/** Lo que se dice de los entrenamientos que no se pueden hacer, en español. */
export const es: FailureText = {
  configuration: configurationEs,
  endedBySignal: (signal) => `Su proceso acabó por ${signal}`,
  endedWithCode: (code) => `Su proceso acabó con el código ${code}`,
  begunTimes: (times) => `Se inició ${times} veces.`,
  otherImages: (place, found, expected) =>
    `${place}: no son las imágenes de este entrenamiento: su resumen es ${found} y se esperaba ${expected}.`,
  otherCode: (wanted, own) =>
    `El entrenamiento es para ${wanted}, pero esto es ${own}. Instala la misma versión en todas partes.`,
  poolIsClosed: "El grupo de procesos está cerrado.",
  notCompiled: (network) =>
    `${network} no dice con qué optimizador ni con qué función de coste entrenar: da optimizer y loss en la configuración.`,
  replacedTogether:
    "El optimizador y la función de coste de un archivo de Keras solo se pueden cambiar juntos: da los dos.",
  binaryOfMany: (name, classes, instead) =>
    `${name} es para dos clases, pero la carpeta tiene ${classes}. Usa ${instead}.`,
  noTechnique: (name) => `No existe la técnica ${JSON.stringify(name)}.`,
};
