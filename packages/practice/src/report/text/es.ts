import { knownReport } from "../known-report.js";
import { robustnessEs } from "./robustness-es.js";
import type { Gap, ReportText } from "./text.js";

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
const digits = (count: string) => (count === "1" ? "1 dígito" : `${count} dígitos`);
const failures = (count: string) => (count === "1" ? "1 fallo" : `${count} fallos`);
const times = (count: string) => (count === "1" ? "1 vez" : `${count} veces`);
const list = (items: readonly string[]) => new Intl.ListFormat("es").format(items);
const side = ({ points, sign }: Gap) => `${points} puntos por ${sign > 0 ? "encima" : "debajo"}`;

export const es: ReportText = {
  language: "es",
  title: "Qué cambia cada técnica en la misma red",
  kicker: "Práctica de MNIST · informe",
  network: "La red base, con lo que cada capa devuelve para una imagen. Las técnicas parten de ella.",
  sections: {
    comparison: "La comparación",
    curves: "Cómo aprenden",
    techniques: "Técnica a técnica",
    made: "Cómo se ha hecho",
  },
  technique: (id) => knownReport(id)?.text.es ?? { name: id, short: id, network: `la red ${id}`, about: "" },
  robustness: robustnessEs,
  files: { misread: "Debajo de cada uno: el dígito verdadero → el dígito leído, y su probabilidad." },
  summary: {
    lead: ({ networks, best, accuracy, wrong, of }) =>
      best.length === 1
        ? `De las ${networks} redes, la que mejor lee los dígitos de test es ${list(best)}: acierta el ${accuracy} y falla ${wrong} de ${of}.`
        : `De las ${networks} redes, las que mejor leen los dígitos de test son ${list(best)}: aciertan el ${accuracy} y fallan ${wrong} de ${of}.`,
    leadOne: ({ network, accuracy, wrong, of }) =>
      `${capital(network)} acierta el ${accuracy} de los dígitos de test y falla ${wrong} de ${of}.`,
    allAlike: ({ networks, accuracy, wrong, of }) =>
      `Las ${networks} redes aciertan el ${accuracy} de los dígitos de test y fallan ${wrong} de ${of}.`,
    last: ({ networks, wrong }) =>
      `En último lugar ${networks.length === 1 ? "queda" : "quedan"} ${list(networks)}, con ${failures(wrong)}.`,
    allReach: "Todas superan el 99 % que pide el ejercicio.",
    noneReaches: "Ninguna supera el 99 % que pide el ejercicio.",
    someReach: ({ reached, of, single }) =>
      `${single ? "Una" : reached} de las ${of} ${single ? "supera" : "superan"} el 99 % que pide el ejercicio.`,
    facts: ({ train, validation, test, epochs, seeds, time }) => [
      ["Dígitos de entrenamiento", train],
      ["Dígitos de validación", validation],
      ["Dígitos de test", test],
      ["Épocas", epochs],
      ["Semillas", seeds],
      ["Tiempo de entrenamiento", time],
    ],
  },
  languageName: "Español",
  screens: { show: "En pantallas", leave: "En una página" },
  draw: {
    section: "Dibuja un dígito para todas",
    short: "Dibujar",
    intro:
      "Las redes entrenadas están en esta página. Cada una lee lo que dibujes, centrado y escalado como los dígitos de MNIST.",
    area: "Papel para dibujar un dígito",
    keyboard:
      "Con el teclado: las flechas mueven el lápiz, la barra espaciadora lo baja y lo levanta, Supr borra el papel.",
    seen: "Lo que reciben las redes, 28×28 píxeles",
    clear: "Borrar",
    undo: "Deshacer",
    examples: "O elige un dígito de test que alguna leyó mal:",
    example: (digit) => `Un dígito de test, ${digit}`,
    network: "Red",
    reads: "lee",
    sure: "probabilidad",
    allDigits: "de 0 a 9",
    copies: ({ networks, of }) =>
      `Son copias con pesos de 8 bits. De ${of} dígitos de test, responden lo mismo que las redes originales en ${list(networks.map(([network, same]) => `${same} (${network})`))}.`,
  },
  terminal: {
    head: ["técnica", "acierto val.", "época", "coste test", "acierto test", "dif.", "tiempo", "cuaderno"],
    points: (points) => `${points} puntos`,
    published: ({ accuracy, epoch, here }) => `${accuracy} en la ${epoch}, aquí ${here}`,
  },
  table: {
    caption: "Todas las técnicas, una junto a otra; la mejor cifra de cada columna va marcada",
    technique: "Técnica",
    valAccuracy: "Mejor acierto en validación",
    epoch: "en la época",
    testLoss: "Coste en test",
    testAccuracy: "Acierto en test",
    wrong: "Fallos",
    gap: "Entrenam. − validación",
    time: "Tiempo",
    notebook: "Validación del cuaderno",
    byEpoch: (epoch) => `hasta la época ${epoch}`,
    here: (figure) => `aquí ${figure}`,
    notPublished: "sin dato",
    differences: "Diferencias de acierto en test, en puntos porcentuales.",
    notes: ({ several, penalties, ofLosses, notebook }) => [
      "Se conservan y evalúan los pesos de la época con mejor acierto en validación. Los dígitos de test no intervienen en la elección.",
      ...(several ? ["± es la desviación típica entre semillas; las cifras sin ella son medias."] : []),
      "Entrenam. − validación: acierto en entrenamiento menos acierto en validación, en puntos porcentuales, en la mejor época. El de entrenamiento es la media de toda la época, mientras la red todavía aprende y con el dropout y el aumento activos; por eso puede ser menor.",
      "Tiempo: lo que ha durado aquí el entrenamiento. Otros programas pueden haber frenado alguno, así que los tiempos no sirven para comparar técnicas.",
      ...(penalties
        ? [
            "Las penalizaciones L1 y L2 forman parte del coste, como en Keras: los costes con y sin ellas no son comparables.",
          ]
        : []),
      ...ofLosses,
      ...(notebook
        ? [
            "Cuaderno: mejor acierto en validación que publicó hasta esa época y, debajo, el de estas redes hasta la misma época. Su salida se corta antes de dar cifras de test.",
          ]
        : []),
    ],
  },
  figures: {
    comparison: {
      title: (of) => `Dígitos de test mal leídos, de ${of}`,
      description: (several) =>
        `De menos a más fallos.${several ? " La barra es la media; cada punto, una semilla." : ""}`,
      target: "99 %",
    },
    accuracy: {
      title: "Acierto en validación",
      note: "Escala logarítmica de errores: la distancia de 98 % a 99 % es la misma que de 90 % a 95 % (la mitad de errores).",
    },
    loss: { title: "Coste en validación", note: "Escala logarítmica; cuanto más bajo, mejor." },
    againstTraining: {
      title: "Entrenamiento frente a validación",
      note: "Las cifras de entrenamiento son medias de la época, mientras la red todavía aprende; la validación se hace al terminar la época. La franja sombreada es la diferencia.",
      of: (name) => `Entrenamiento frente a validación: ${name}`,
    },
    confusion: {
      title: "Qué confunde con qué",
      note: "Filas: el dígito verdadero. Columnas: lo que leyó la red. A la derecha, el recall: la proporción de imágenes de cada dígito que leyó bien.",
      hint: "Elige una casilla para ver sus imágenes.",
      of: (name) => `Matriz de confusión: ${name}`,
    },
    misread: {
      title: "Los errores que comete con más seguridad",
      note: "Dígitos de test mal leídos, primero los de mayor probabilidad.",
      of: (name) => `Errores con más seguridad: ${name}`,
    },
    kernels: { title: "Qué busca la primera capa", of: (name) => `Filtros de la primera capa: ${name}` },
    weights: {
      title: "Cómo se reparten sus pesos",
      note: (compared) =>
        `Proporción de pesos según su valor, en escala logarítmica${compared ? "; el contorno discontinuo es la red base" : ""}. σ: desviación típica.`,
      of: (name) => `Pesos: ${name}`,
    },
    augmented: {
      title: "Con qué se entrena",
      note: "A la izquierda, un dígito de entrenamiento; a su derecha, sus variantes aumentadas.",
      of: (name) => `Muestras aumentadas: ${name}`,
    },
    kernelsNote: ({ layer, shown, of, size }) =>
      shown === of
        ? `Los ${of} filtros de ${layer}, de ${size}. Naranja: el filtro se activa con trazo; azul: con fondo.`
        : `Los ${shown} filtros más fuertes de los ${of} de ${layer}, de ${size}. Naranja: el filtro se activa con trazo; azul: con fondo.`,
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
    found: "recall",
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
    wrong: ({ name, wrong, accuracy }) => `${name}\n${failures(wrong)}, ${accuracy} de acierto`,
    seed: ({ seed, wrong }) => `semilla ${seed}: ${failures(wrong)}`,
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
  layersOfNetwork: "Las capas de la red",
  layersOf: (name) => `Capas de la red: ${name}`,
  whatThisRunShows: "Qué se ve en este entrenamiento",
  made: {
    machine: "Máquina",
    software: "Software",
    command: "Comando",
    began: "Inicio de los entrenamientos",
    date: "Informe escrito",
    seeds: "Semillas",
    learningRate: "Tasa de aprendizaje",
    learningRateFell: ({ from, to }) => (from === to ? `siempre ${from}` : `entre ${to} y ${from}`),
    offline: "Esta página contiene todo lo que muestra y funciona sin conexión a internet.",
  },
  findings: {
    result: ({ accuracy, wrong, of, runs, several }) =>
      several
        ? `Con ${runs} semillas acierta el ${accuracy} de los dígitos de test: falla ${wrong} de ${of} de media.`
        : `Acierta el ${accuracy} de los dígitos de test: falla ${wrong} de ${of}.`,
    target: ({ reached, target, several }) =>
      `${reached ? "Supera" : "No supera"}${several ? ", de media," : ""} el ${target} que pide el ejercicio.`,
    against: ({ digits: count, less, other, verdict, several }) => {
      if (verdict === "equal") return `Falla tantos dígitos como ${other}.`;
      const than = less ? "menos" : "más";
      const difference = `Falla ${several ? "de media " : ""}${digits(count)} ${than} que ${other}`;
      return {
        "may be chance": `${difference}, una diferencia que puede deberse al azar.`,
        "single seed": `${difference}; con una sola semilla no se ve cuánto se debe al azar.`,
        "seeds overlap": `${difference}, pero las semillas se solapan: la diferencia puede deberse al azar.`,
        "every seed": `${difference}, y cada una de sus semillas falla ${than} que cualquiera de las de ${other}.`,
      }[verdict];
    },
    underfits: ({ factor, layer, nearZero }) =>
      `${factor === undefined ? "La" : `Con ${factor} la`} penalización pesa demasiado: el ${nearZero} de los pesos de ${layer} queda casi en cero y la red se queda corta (subajuste): lee peor que la red base incluso los dígitos de entrenamiento. Conviene probar un factor menor.`,
    gap: ({ epoch, own, base }) =>
      [
        epoch === undefined ? "En la mejor época de cada semilla" : `En su mejor época (${epoch})`,
        "el acierto en entrenamiento, que Keras promedia mientras la red aprende durante la época,",
        own.sign === 0 ? "es igual al de validación" : `queda ${side(own)} del de validación`,
        ...(base === undefined ? [] : [`(en la red base, ${base.sign === 0 ? "es igual" : side(base)})`]),
      ].join(" ") + (own.sign < 0 ? "; eso solo no dice si hay sobreajuste." : "."),
    lossRises: ({ epoch, lowest, last, overfits }) =>
      `Su coste en validación es mínimo en la época ${epoch} (${lowest}) y acaba en ${last}${overfits ? ", mientras el de entrenamiento baja: desde ahí hay sobreajuste" : ""}.`,
    narrower: ({ layer, own, base, times: ratio }) =>
      `Los pesos de ${layer} tienen una desviación típica de ${own}, ${ratio} veces menor que en la red base (${base}).`,
    nearZero: ({ layer, own, base }) =>
      `El ${own} de los pesos de ${layer} está a menos de 0,001 de cero; en la red base, el ${base}.`,
    firstEpoch: ({ own, base }) =>
      `Tras una sola época su acierto en validación ya es del ${own}; el de la red base es del ${base}.`,
    poorStart: ({ own, training, second, notebook }) => [
      `Tras la primera época lee mal los dígitos de validación (acierta el ${own}, aunque en entrenamiento acierta el ${training}): para evaluar, BatchNorm usa medias acumuladas que todavía contienen parte de sus valores iniciales.`,
      ...(second === undefined ? [] : [`Tras la segunda época acierta el ${second}.`]),
      ...(notebook === undefined ? [] : [`En el cuaderno acertaba el ${notebook} tras la primera.`]),
    ],
    mistakes: ({ pairs, times: count, seed }) => {
      const which = list(pairs.map(([actual, predicted]) => `un ${actual} como un ${predicted}`));
      const whose = seed === undefined ? "" : `Con la semilla ${seed}, `;
      return capital(
        pairs.length === 1
          ? `${whose}su error más común es leer ${which} (${times(count)}).`
          : `${whose}sus errores más comunes son leer ${which} (${times(count)} cada uno).`,
      );
    },
    notebook: ({ published, epoch, here, difference }) =>
      `El mejor acierto en validación del cuaderno hasta la época ${epoch} fue del ${published}; aquí, del ${here} (${difference} puntos).`,
  },
};
