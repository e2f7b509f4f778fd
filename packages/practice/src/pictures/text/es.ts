import type { PictureText } from "./en.js";

const images = (count: number, rest = ""): string => `${count} ${count === 1 ? "imagen" : "imágenes"}${rest}`;

/** Lo que se dice de carpetas de imágenes y de las redes que las distinguen, en español. */
export const es: PictureText = {
  locale: "es-ES",
  folder: {
    head: ({ directory, pictures, classes, parts }) =>
      `${directory}: ${images(pictures)} de ${classes} clases${parts === "" ? "" : `, en las carpetas ${parts}`}`,
    moreClasses: (count) => `  … y ${count} clases más`,
    oneSize: (size) => `Tamaño: ${size} píxeles, todas`,
    sizes: ({ count, least, most, usual }) =>
      `Tamaño: ${count} distintos, con lados de ${least} a ${most} píxeles; el habitual es de unos ${usual}`,
    colors: ({ gray, color, transparent }) => {
      const all = gray === 0 ? "todas en color" : "todas grises";
      const said = gray === 0 || color === 0 ? all : `${gray} grises, ${color} en color`;
      return `Color: ${said}${transparent > 0 ? `; ${transparent} con partes transparentes` : ""}`;
    },
    allReadable: "Ilegibles: ninguna",
    unreadable: (count) =>
      `Ilegibles: ${count} ${count === 1 ? "archivo, que queda fuera" : "archivos, que quedan fuera"}:`,
    noDuplicates: "Repetidas: ninguna",
    duplicates: (count) =>
      `Repetidas: ${images(count)} (= el mismo archivo, ≈ casi los mismos píxeles); las copias quedan en la misma parte del reparto:`,
    acrossClasses: (count, classes) =>
      `Aviso: ${images(count)} de estas en clases distintas (${classes}): una de las etiquetas está mal.`,
    andMore: (count) => `y ${count} más`,
  },
  split: {
    parts: ({ train, validation, test }) =>
      `${train} para entrenar, ${validation} para validar, ${test} para el test; las de test se miran una sola vez, al final.`,
    across: (count, files) =>
      `Aviso: ${images(count)} ${count === 1 ? "está" : "están"} en más de una parte del reparto, así que los resultados parecerán mejores de lo que son: ${files}.`,
    few: ({ tests, rarest, points }) =>
      `Nota: ${images(tests, " de test")}${rarest === undefined ? "" : `, ${rarest} de la clase más rara,`} ${tests === 1 ? "dice" : "dicen"} poco: un acierto medido con ${tests === 1 ? "ella" : "ellas"} tiene una precisión de unos ±${points} puntos.`,
  },
  reasons: {
    onWhite: "Algunas imágenes tienen transparencia: se ponen sobre blanco.",
    modelReads: (size) => `${size} píxeles: lo que lee el modelo.`,
    gray: "Un canal: todas las imágenes son grises.",
    color: "Tres canales: hay imágenes en color.",
    largestSize: (size) =>
      `${size} píxeles: con más se tarda más y rara vez se distingue mejor; se cambia con --size.`,
    shortSide: (size, side) => `${size} píxeles: el lado corto de la mayoría de las imágenes tiene ${side}.`,
    headOnly: "Una última capa nueva sobre el modelo dado, cuyas capas quedan como están.",
    fineTunes:
      "Primero, una última capa nueva sobre el modelo dado, cuyas capas quedan como están; después se entrena también el tercio superior de estas, con pasos diez veces más pequeños.",
    smallOf: (pictures) =>
      `La red pequeña de convoluciones en bloques: con ${pictures} imágenes de entrenamiento, una mayor normalmente solo tarda más.`,
    smallOfMany: "La red pequeña de convoluciones en bloques: prueba también --model resnet.",
    stretch: "Las imágenes son cuadradas, o casi: se escalan enteras.",
    crop: "La mayoría de las imágenes son algo más largas que anchas, o al revés: se toma el centro.",
    contain:
      "La mayoría de las imágenes son mucho más largas que anchas, o al revés: se les añaden bandas para no cortar nada.",
    lightFor: (name) =>
      `Giradas, movidas y ampliadas un poco, pero no reflejadas: la clase «${name}» puede significar otra cosa en un espejo.`,
    lightForGray:
      "Giradas, movidas y ampliadas un poco, pero no reflejadas, porque las imágenes grises suelen ser signos.",
    full: "Giradas, movidas, ampliadas, reflejadas, más claras y más oscuras: así puede ser otra foto de lo mismo.",
    weighs: ({ most, least, times }) =>
      `Las clases raras cuentan más en el coste: «${most}» tiene ${times} veces más imágenes que «${least}».`,
  },
  scores: {
    share: (share, low, high) => `${share} % (de ${low} a ${high} %)`,
    accuracy: ({ share, hits, of, loss }) =>
      `Acierto ${share}, ${hits} de ${images(of)}; coste ${loss}. Entre paréntesis: dónde está en 95 de cada 100 mediciones así.`,
    class: "clase",
    found: "encontradas",
    right: "acierta cuando lo dice",
    mostConfused: (line) => `Lo que más confunde: ${line}`,
    baseline: ({ name, share, isBeaten }) =>
      `Decir siempre «${name}» acertaría el ${share} %: ${isBeaten ? "el modelo ha" : "estas imágenes no demuestran que el modelo haya"} aprendido más que eso.`,
    rare: ({ names, more, fewerThan }) =>
      `De ${names.map((name) => `«${name}»`).join(", ")}${more > 0 ? ` y ${more} más` : ""} hay menos de ${fewerThan} imágenes de test: demasiado pocas para decir cómo de bien se ${names.length + more === 1 ? "reconoce" : "reconocen"}.`,
    takenFor: ({ actual, taken, times }) =>
      `${actual} tomada por ${taken}, ${times === 1 ? "una vez" : `${times} veces`}`,
  },
  compare: {
    head: (varying) => [
      "entrenamiento",
      "semilla",
      ...varying,
      "épocas",
      "validación",
      "test (intervalo al 95 %)",
    ],
    note: (pictures) =>
      `Todas se han probado con las mismas ${images(pictures)}; los entrenamientos cuyos intervalos se solapan pueden ser igual de buenos. El mejor se elige por la validación, no por el test.`,
  },
  page: {
    title: (classes, share) => `${classes} clases de imágenes: se reconoce el ${share} %`,
    lead: ({ of, hits, share, judgments }) =>
      `Con ${images(of, " de test")} que no se vieron al entrenar, el mejor modelo ha acertado ${hits} ${hits === 1 ? "vez" : "veces"}: ${share}. Entre paréntesis: dónde está el acierto en 95 de cada 100 mediciones así. ${judgments}`,
    facts: {
      train: "Entrenamiento",
      validation: "Validación",
      test: "Test",
      epochs: "Épocas",
      bestEpoch: "Mejor época",
      seconds: "Segundos por época",
    },
    learning: "Aprendizaje",
    accuracy: "Acierto",
    loss: "Coste",
    training: "entrenamiento",
    validation: "validación",
    atTheEnd: (name, value) => `${name} ${value} al final`,
    kept: (epoch) => `línea: época ${epoch}, la que se conserva`,
    classes: "Clases",
    classesNote:
      "Encontradas: de sus imágenes, cuántas se han reconocido. Acierta: de las que se tomaron por ella, cuántas lo son. La barra es el intervalo al 95 %.",
    class: "clase",
    testPictures: "imágenes de test",
    found: "encontradas",
    right: "acierta",
    confusions: "Confusiones",
    none: "Ninguna",
    isTakenFor: "es \\ se toma por",
    tooManyClasses: "Demasiadas clases para una tabla; véase la lista de clases.",
    cell: (actual, taken, times) => `${actual} tomada por ${taken}: ${times}`,
    mistakes: "Fallos",
    noMistakes: "Ninguno: se han reconocido todas las imágenes de test.",
    worstMistakes: "Los peores fallos",
    worstMistakesNote:
      "Las respuestas equivocadas más seguras. A la derecha, en color: las zonas que más hablaban a favor de la respuesta equivocada (Grad-CAM).",
    spokeFor: (name) => `lo que hablaba a favor de ${name}`,
    takenFor: (actual) => `${actual}, tomada por`,
    samples: "Cómo las vio el entrenamiento",
    samplesNote: "A la izquierda, una imagen tal cual; después, la misma como la vieron seis épocas.",
    notVaried: "Tal cual: las imágenes no se han variado.",
    asItIs: "tal cual",
    varied: "variada",
    settings: "Configuración",
    settingsNote: "Propuesta a partir de lo que hay en la carpeta.",
    folder: "La carpeta",
    run: "Este entrenamiento",
    command: "Comando",
    machine: "Máquina",
    software: "Programas",
    began: "Comienzo",
    seed: "Semilla",
  },
};
