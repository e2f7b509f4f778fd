import { robustnessEs } from "./robustness-es.js";
import type { ReportText, TechniqueText } from "./text.js";

const techniques: Readonly<Record<string, TechniqueText>> = {
  base: {
    name: "Red base",
    short: "Base",
    running: "la red base",
    about:
      "Dos capas convolucionales buscan trazos y esquinas allí donde estén, el average pooling reduce lo que encuentran y " +
      "dos capas densas de 1024 neuronas deciden qué dígito es. Nada le impide aprenderse de memoria los dígitos de " +
      "entrenamiento: es la vara con la que se miden las demás técnicas.",
  },
  l2: {
    name: "Regularización L2",
    short: "L2",
    running: "la regularización L2",
    about:
      "La función de coste suma además 0,01 veces los cuadrados de los pesos de las dos capas densas. Un peso grande tiene " +
      "que merecer la pena, así que la red reparte la decisión entre muchos pesos pequeños y se vuelve más suave.",
  },
  l1: {
    name: "Regularización L1",
    short: "L1",
    running: "la regularización L1",
    about:
      "La función de coste suma además el valor absoluto de los pesos. A diferencia del cuadrado, tira de los pesos " +
      "pequeños con la misma fuerza que de los grandes: casi todos acaban en cero y unos pocos sostienen la decisión.",
  },
  "elastic-net": {
    name: "Elastic net",
    short: "Elastic net",
    running: "la elastic net",
    about:
      "Las penalizaciones L1 y L2 a la vez: la primera lleva a cero los pesos que no sirven y la segunda mantiene pequeños los demás.",
  },
  dropout: {
    name: "Dropout",
    short: "Dropout",
    running: "el dropout",
    about:
      "En cada paso de entrenamiento se ponen a cero la mitad de las salidas de las dos capas densas, sorteadas de nuevo " +
      "cada vez. Ninguna neurona puede contar con que otra esté ahí, así que cada una ha de ser útil por sí misma. Al " +
      "evaluar trabajan todas.",
  },
  batchnorm: {
    name: "Normalización por lotes (BatchNorm)",
    short: "BatchNorm",
    running: "la normalización por lotes",
    about:
      "Tras cada capa densa, sus salidas se llevan a media 0 y varianza 1 en el lote, y después se escalan y desplazan con " +
      "valores aprendidos. Las capas siguientes reciben entradas de tamaño estable, y la red puede aprender más deprisa.",
  },
  augmentation: {
    name: "Aumento de datos",
    short: "Aumento",
    running: "el aumento de datos",
    about:
      "La red con BatchNorm, pero que nunca ve dos veces la misma imagen: cada dígito se gira hasta 30°, se desplaza hasta " +
      "una décima parte de la imagen y se amplía o reduce hasta una quinta parte, al azar cada vez. Tiene que aprender lo " +
      "que todas esas variantes tienen en común. Su tasa de aprendizaje baja de forma constante, y el último quinto de " +
      "las épocas muestra las imágenes tal como son.",
  },
  mlp: {
    name: "Perceptrón multicapa",
    short: "MLP",
    running: "el perceptrón multicapa",
    about:
      "La red de la práctica anterior: dos capas densas de 1024 neuronas directamente sobre los 784 píxeles, sin " +
      "convoluciones. Para ella, un dígito desplazado un píxel es una entrada del todo nueva. Es el listón que pone el ejercicio.",
  },
  best: {
    name: "Nuestra respuesta al ejercicio",
    short: "Mejor",
    running: "nuestra respuesta al ejercicio",
    about:
      "Varias de las técnicas juntas: muchos más filtros y más capas de ellos, la primera de las cuales avanza de dos en dos en vez " +
      "de submuestrear después, normalización por lotes tras cada una, dropout antes de la última capa, objetivos que reparten un 5 % entre " +
      "todos los dígitos, un aumento suave que también dobla los trazos y una tasa de aprendizaje que sube y baja una sola vez en todo el " +
      "entrenamiento. Elegida solo con los dígitos de entrenamiento y validación.",
  },
};

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
const digits = (count: string) => (count === "1" ? "1 dígito" : `${count} dígitos`);
const times = (count: string) => (count === "1" ? "1 vez" : `${count} veces`);
const orBase = (base: string | undefined) => (base === undefined ? "" : `; en la red base son ${base}`);

export const es: ReportText = {
  language: "es",
  title: "Qué le hace cada técnica a la misma red",
  kicker: "Práctica de MNIST · informe",
  sections: {
    comparison: "La comparación",
    curves: "Cómo aprenden",
    techniques: "Técnica a técnica",
    made: "Cómo se ha hecho",
  },
  technique: (id) => techniques[id] ?? { name: id, short: id, running: id, about: "" },
  robustness: robustnessEs,
  files: { misread: "Debajo de cada uno: el dígito verdadero → el dígito leído, y su probabilidad." },
  summary: {
    lead: ({ networks, best, accuracy, wrong, of }) =>
      `De las ${networks} redes, la que mejor lee los dígitos de test es ${best}: acierta el ${accuracy} y falla ${wrong} de ${of}.`,
    leadOne: ({ name, accuracy, wrong, of }) =>
      `${capital(name)} acierta el ${accuracy} de los dígitos de test y falla ${wrong} de ${of}.`,
    last: ({ name, wrong }) => `En último lugar queda ${name}, con ${wrong} fallos.`,
    allReach: "Todas superan el 99 % que pide el ejercicio.",
    noneReaches: "Ninguna supera el 99 % que pide el ejercicio.",
    someReach: ({ reached, of }) => `${reached} de las ${of} superan el 99 % que pide el ejercicio.`,
    facts: ({ train, validation, test, epochs, seeds, time }) => [
      ["Dígitos de entrenamiento", train],
      ["Dígitos de validación", validation],
      ["Dígitos de test", test],
      ["Épocas", epochs],
      ["Semillas", seeds],
      ["Tiempo de entrenamiento", time],
    ],
  },
  table: {
    caption: "Todas las técnicas, una junto a otra; la mejor cifra de cada columna va marcada",
    technique: "Técnica",
    valAccuracy: "Mejor acierto en validación",
    epoch: "en la época",
    testLoss: "Coste en test",
    testAccuracy: "Acierto en test",
    wrong: "Fallos",
    gap: "Entren. − validación",
    time: "Tiempo",
    notebook: "Validación del cuaderno",
    byEpoch: (epoch) => `hasta la época ${epoch}`,
    here: (figure) => `aquí ${figure}`,
    notPublished: "no está",
    notes: ({ several, penalties, smoothed }) => [
      "Se conservan y evalúan los pesos de la época con mejor acierto en validación. Los dígitos de test no intervienen en la elección.",
      ...(several ? ["± es la desviación típica entre semillas; las cifras sin ella son medias."] : []),
      "Entren. − validación: acierto en entrenamiento menos acierto en validación, en puntos porcentuales, en la mejor época. El de entrenamiento se mide con el dropout y el aumento activos, así que puede ser el menor.",
      ...(penalties
        ? [
            "Las penalizaciones L1 y L2 forman parte del coste, como en Keras: los costes con y sin ellas no son comparables.",
          ]
        : []),
      ...(smoothed
        ? [
            "El coste de nuestra respuesta se mide frente a sus objetivos suavizados, como en Keras: no puede bajar de 0,28 y tampoco es comparable.",
          ]
        : []),
      "Cuaderno: el mejor acierto en validación que muestra su salida hasta las épocas entrenadas aquí, y el que tenían estas redes en esa misma época. Su salida se corta antes de dar cifras de test.",
    ],
  },
  figures: {
    comparison: {
      title: (of) => `Dígitos de test mal leídos, de ${of}`,
      description: "Barras: fallos de cada técnica en test, de menos a más, con un punto por semilla.",
      target: "99 %",
    },
    accuracy: {
      title: "Acierto en validación",
      note: "La escala se abre hacia el 100 %: subir siempre la misma distancia divide los errores por el mismo factor.",
    },
    loss: { title: "Coste en validación", note: "Escala logarítmica; cuanto más bajo, mejor." },
    againstTraining: {
      title: "Entrenamiento frente a validación",
      note: "La franja sombreada es la diferencia entre los dígitos de los que la red ha aprendido y los que no ha visto.",
      of: (name) => `Entrenamiento frente a validación: ${name}`,
    },
    confusion: {
      title: "Qué toma por qué",
      note: "Filas: el dígito verdadero. Columnas: lo que leyó la red. Elige una casilla para ver sus imágenes.",
      of: (name) => `Matriz de confusión: ${name}`,
    },
    misread: {
      title: "Sus errores más seguros",
      note: "Dígitos de test mal leídos, primero los de mayor probabilidad.",
      of: (name) => `Errores más seguros: ${name}`,
    },
    kernels: { title: "Qué busca la primera capa", of: (name) => `Filtros de la primera capa: ${name}` },
    weights: {
      title: "Cómo de grandes son sus pesos",
      note: (compared) =>
        `Proporción de pesos según su valor, logarítmica${compared ? "; el contorno discontinuo es la red base" : ""}. σ: desviación típica.`,
      of: (name) => `Pesos: ${name}`,
    },
    augmented: {
      title: "Con qué se entrena",
      note: "A la izquierda, un dígito de entrenamiento; a su derecha, lo que hizo de él el aumento.",
      of: (name) => `Muestras aumentadas: ${name}`,
    },
    kernelsNote: ({ layer, shown, of, size }) =>
      shown === of
        ? `Los ${of} filtros de ${layer}, de ${size}. Los pesos naranjas piden tinta; los azules, papel.`
        : `${shown} de los ${of} filtros de ${layer}, de ${size}, los más fuertes. Los pesos naranjas piden tinta; los azules, papel.`,
    kernel: (number) => `Filtro ${number}`,
    alt: ({ name, from, to }) => `${name}: ${from} en la época 1, ${to} en la mejor.`,
  },
  legend: {
    validation: "validación",
    training: "entrenamiento",
    notebook: "puntos publicados en el cuaderno",
    best: "mejor época",
    otherTechniques: "las demás técnicas",
    range: "intervalo entre semillas",
  },
  axes: {
    epoch: "época",
    accuracy: "acierto",
    loss: "coste",
    readAs: "leído como",
    trueDigit: "dígito verdadero",
    found: "acierto",
  },
  tip: {
    point: ({ name, epoch, measure, value }) => `${name} · época ${epoch}\n${measure} ${value}`,
    range: (low, high) => `\nsemillas: de ${low} a ${high}`,
    notebook: ({ name, epoch, value }) =>
      `${name} · época ${epoch}\ncuaderno: acierto en validación ${value}`,
    cell: ({ actual, predicted, times: count, share }) =>
      actual === predicted
        ? `${actual} leído como ${predicted}: ${times(count)}\n${share} de todos los ${actual}, bien leídos`
        : `${actual} leído como ${predicted}: ${times(count)}\n${share} de todos los ${actual}`,
    bin: ({ from, to, share }) => `de ${from} a ${to}\n${share} de los pesos`,
    wrong: ({ name, wrong, accuracy }) => `${name}\n${wrong} fallos, ${accuracy} de acierto`,
    seed: ({ seed, wrong }) => `semilla ${seed}: ${wrong} fallos`,
  },
  measures: {
    loss: "coste en entrenamiento",
    accuracy: "acierto en entrenamiento",
    valLoss: "coste en validación",
    valAccuracy: "acierto en validación",
  },
  misreading: ({ actual, predicted, probability }) =>
    `Un ${actual} leído como ${predicted} con probabilidad ${probability}`,
  noMisreadingLikeThat: "Ninguna de las imágenes que se muestran es de ese tipo.",
  showAll: "Ver todas",
  original: "Dígito de entrenamiento",
  variant: (number) => `Variante ${number}`,
  numbersTable: "Las cifras en una tabla",
  runShown: ({ seed, epoch }) => `Imágenes: semilla ${seed}, pesos de la época ${epoch}`,
  duration: ({ minutes, seconds }) => `${minutes} min ${seconds} s`,
  durationSeconds: (seconds) => `${seconds} s`,
  contents: "Contenido",
  whatItDoes: "Qué hace",
  whatThisRunShows: "Qué muestra esta ejecución",
  made: {
    machine: "Máquina",
    software: "Programas",
    command: "Orden",
    began: "Entrenamientos iniciados",
    date: "Fecha",
    seeds: "Semillas",
    learningRate: "Tasa de aprendizaje",
    learningRateFell: ({ from, to }) => (from === to ? `${from} siempre` : `${from}, reducida hasta ${to}`),
    offline: "Esta página contiene todo lo que muestra y no pide nada a la red.",
  },
  findings: {
    result: ({ accuracy, wrong, of, runs, several }) =>
      several
        ? `Con ${runs} semillas acierta el ${accuracy} de los dígitos de test: falla ${wrong} de ${of} de media.`
        : `Acierta el ${accuracy} de los dígitos de test: falla ${wrong} de ${of}.`,
    target: ({ reached, target }) =>
      reached
        ? `Supera el ${target} que pide el ejercicio.`
        : `No supera el ${target} que pide el ejercicio.`,
    fewer: ({ digits: count, other }) =>
      `Son ${digits(count)} menos que ${other}, más de lo que explicaría el azar.`,
    more: ({ digits: count, other }) =>
      `Son ${digits(count)} más que ${other}, más de lo que explicaría el azar.`,
    alike: ({ digits: count, other, less, none }) =>
      none
        ? `${capital(other)} falla los mismos.`
        : `Son ${digits(count)} ${less ? "menos" : "más"} que ${other}: una diferencia tan pequeña puede deberse al azar.`,
    gapAbove: ({ epoch, gap, base }) =>
      `En su mejor época (${epoch}) acierta ${gap} puntos más en los dígitos de entrenamiento que en los de validación${orBase(base)}.`,
    gapBelow: ({ epoch, gap, base }) =>
      `En su mejor época (${epoch}) acierta ${gap} puntos menos en entrenamiento que en validación${orBase(base)}: no se está aprendiendo de memoria los dígitos de entrenamiento.`,
    lossRises: ({ epoch, rise }) =>
      `Su coste en validación es mínimo en la época ${epoch} y acaba un ${rise} más alto: a partir de ahí la red está cada vez más segura de sus errores.`,
    slower: ({ percent, other }) => `Cada época tarda un ${percent} más que una de ${other}.`,
    faster: ({ percent, other }) => `Cada época tarda un ${percent} menos que una de ${other}.`,
    sameTime: ({ other }) => `Cada época tarda lo mismo que una de ${other}.`,
    narrower: ({ layer, own, base, times: ratio }) =>
      `Los pesos de ${layer} tienen una desviación típica de ${own} frente a ${base} en la red base: ${ratio} veces menor.`,
    nearZero: ({ layer, own, base }) =>
      `El ${own} de los pesos de ${layer} está a menos de 0,001 de cero; en la red base, el ${base}.`,
    firstEpoch: ({ own, base }) =>
      `Tras una sola época tiene ya un acierto en validación del ${own}; la red base tiene entonces el ${base}.`,
    twin: ({ less, digits: count, clear, other }) =>
      `Frente a ${other}, la misma red con dígitos sin alterar, falla ${digits(count)} ${less ? "menos" : "más"}${clear ? "" : ", lo que puede deberse al azar"}.`,
    mistake: ({ actual, predicted, times: count }) =>
      `Su error más común es leer un ${actual} como un ${predicted} (${times(count)}).`,
    notebook: ({ published, epoch, here, difference, above }) =>
      `Hasta la época ${epoch} el cuaderno tenía un acierto en validación del ${published}; aquí es del ${here}, ${difference} puntos por ${above ? "encima" : "debajo"}.`,
  },
};
