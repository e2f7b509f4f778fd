import type { CliText } from "./en.js";
import { libraryNotes } from "./library-notes-es.js";
import { translated } from "./parser-errors.js";

/** The parser's messages, whose names stay as they are typed. */
const parserErrors: readonly (readonly [RegExp, string])[] = [
  [/^error: unknown option '(.+?)'/, "error: no existe la opción «$1»"],
  [/^error: unknown command '(.+?)'/, "error: no existe el comando «$1»"],
  [/^error: missing required argument '(.+?)'/, "error: falta el argumento «$1»"],
  [/^error: option '(.+?)' argument missing/, "error: falta el valor de la opción «$1»"],
  [/^error: required option '(.+?)' not specified/, "error: falta la opción obligatoria «$1»"],
  [
    /^error: option '(.+?)' cannot be used with option '(.+?)'/,
    "error: las opciones «$1» y «$2» no pueden darse a la vez",
  ],
  [
    /^error: too many arguments for '(.+?)'\. Expected (\d+) arguments? but got (\d+)\./,
    "error: sobran argumentos para «$1»: se esperaban $2, pero hay $3.",
  ],
  [
    /^error: too many arguments\. Expected (\d+) arguments? but got (\d+)\./,
    "error: sobran argumentos: se esperaban $1, pero hay $2.",
  ],
  [
    /^error: option '(.+?)' argument '([\s\S]*?)' is invalid\./,
    "error: el valor «$2» de la opción «$1» no es válido.",
  ],
  [
    /^error: command-argument value '([\s\S]*?)' is invalid for argument '(.+?)'\./,
    "error: el valor «$1» del argumento «$2» no es válido.",
  ],
  [/Allowed choices are (.+)\.$/m, "Valores posibles: $1."],
  [/\(Did you mean one of (.+)\?\)/, "(¿Querías decir una de estas: $1?)"],
  [/\(Did you mean (.+)\?\)/, "(¿Querías decir $1?)"],
];

/** Todo lo que dice la línea de comandos, en español. */
export const es: CliText = {
  help: {
    about: "Entrena redes convolucionales en TypeScript, con la semántica y los archivos de Keras.",
    usage: "Uso:",
    arguments: "Argumentos:",
    options: "Opciones:",
    commands: "Comandos:",
    someOptions: "[opciones]",
    someCommand: "[comando]",
    default: "por defecto",
    choices: "valores",
    version: "muestra la versión",
    help: "muestra la ayuda del comando",
    adviceAfterError: "(con --help se ven todas las opciones)",
  },
  parserError: (message) => translated(message, parserErrors),
  commands: {
    train: {
      usage: "train [opciones] [modelo]",
      description:
        "entrena una red con MNIST o, con --images CARPETA, con tus propias imágenes; conserva la mejor y la evalúa",
    },
    sweep: {
      usage: "sweep [opciones] <archivo>",
      description:
        "entrena muchas configuraciones y semillas en varios procesos y dice qué diferencias son reales",
    },
    studio: {
      usage: "studio [opciones]",
      description:
        "muestra en una página cómo aprenden las redes, lee los dígitos que dibujes y compara técnicas",
    },
    practice: {
      usage: "practice [opciones]",
      description: "entrena las técnicas de la práctica, las compara y escribe un informe",
    },
    compare: {
      usage: "compare [opciones] <carpetas...>",
      description: "compara entrenamientos de trazo practice o trazo train y vuelve a escribir el informe",
    },
    runs: {
      usage: "runs [opciones] [carpeta]",
      description: "lista los entrenamientos que hay en una carpeta",
    },
    evaluate: {
      usage: "evaluate [opciones] <modelo>",
      description: "mide el coste y el acierto de un modelo con las imágenes de test",
    },
    predict: {
      usage: "predict [opciones] <modelo> <imágenes...>",
      description:
        "clasifica imágenes (PNG, JPEG, WebP, GIF y AVIF; de cualquier tamaño, oscuro sobre claro o claro sobre oscuro)",
    },
    worker: {
      usage: "worker [opciones]",
      description: "hace en esta máquina entrenamientos de barridos que otros ponen en una cola",
    },
    serve: {
      usage: "serve [opciones] <modelo>",
      description: "ofrece un modelo por HTTP, con una página para dibujar dígitos",
    },
    export: {
      usage: "export [opciones] <modelo>",
      description: "escribe un modelo en otro formato: para cualquier programa que lea ONNX, o para Keras",
    },
    summary: {
      usage: "summary [opciones] [modelo]",
      description: "muestra las capas de un modelo, sus formas y sus pesos",
    },
    data: {
      usage: "data [opciones] [carpeta]",
      description: "comprueba un conjunto de datos o una carpeta de imágenes y muestra lo que contiene",
    },
  },
  arguments: {
    modelToTrain:
      "base (la red de la práctica), o un modelo .keras o .h5 compilado o la carpeta de un entrenamiento, que se sigue entrenando (por defecto: base)",
    modelToMeasure: "un modelo .keras, .h5 u .onnx, o la carpeta de un entrenamiento",
    modelToRead: "un modelo .keras, .h5 u .onnx, o la carpeta de un entrenamiento: su mejor modelo",
    modelToExport: "un modelo .keras o .h5",
    modelToSum: "base, o un modelo .keras, .h5 u .onnx",
    pictureFiles: "archivos de imagen",
    sweepFile: "un archivo YAML o JSON: el entrenamiento, las opciones que varían y las semillas",
    finishedRuns: "carpetas de entrenamientos terminados",
    runsFolder: "una carpeta con entrenamientos, o con carpetas de ellos; por defecto: runs",
    pictureFolder: "una carpeta de imágenes, con una carpeta por clase (por defecto: MNIST)",
  },
  options: {
    index:
      "hace este entrenamiento del barrido de --config, desde 0, e imprime líneas nombre=valor para otros programas",
    lang: "idioma de los mensajes y del informe",
    data: "carpeta con cuatro archivos IDX (MNIST, Fashion-MNIST, ...); por defecto: el propio MNIST",
    threads: "hilos del procesador; por defecto: todos",
    batchSize: "tamaño del lote",
    fresh: "empieza de nuevo en lugar de reanudar un entrenamiento anterior",
    saveEvery: "guarda el estado también cada N pasos (por defecto: solo tras cada época)",
    output: "ONNX: la salida que indica las clases, si el archivo tiene varias",
    only: (names) => `técnicas, separadas por comas: ${names}`,
    all: "todas las técnicas",
    epochs: "épocas de entrenamiento",
    seeds: "entrenamientos de cada técnica, con semillas consecutivas",
    firstSeed: "la primera semilla",
    practiceOut: "carpeta de los entrenamientos y del informe",
    compareOut: "carpeta del informe",
    trainEpochs: "épocas de entrenamiento (por defecto: 5; con --images, 60 como mucho)",
    trainBatchSize: "tamaño del lote (por defecto: 128; con --images, 32)",
    seed: "semilla de los números aleatorios",
    trainOut:
      "carpeta del entrenamiento: modelos, historial, configuración (por defecto: runs/base; con --images, runs/ y su nombre)",
    config: "entrena lo que dice un archivo YAML o JSON: red, optimizador, datos...",
    set: "cambia una opción de la configuración, p. ej. optimizer.learningRate=3e-4; puede repetirse",
    retryFailed:
      "repite los entrenamientos que fallaron antes (por defecto: se dice otra vez por qué fallaron)",
    storeEvery:
      "con --store: cada cuántos segundos se vuelve a enviar un entrenamiento en curso, para que otra máquina pueda seguir con él",
    sweepOut: "carpeta para los entrenamientos y el informe (por defecto: runs/ y el nombre del archivo)",
    parallel: "entrenamientos simultáneos (por defecto: según lo medido)",
    sweepThreads: "hilos de procesador de cada entrenamiento (por defecto: según lo medido)",
    images: "entrena con tus propias imágenes: una carpeta con una carpeta por clase",
    size: "con --images: píxeles por lado (por defecto: según las imágenes)",
    model: "con --images: small, resnet, o un archivo .keras o .h5 con el mismo número de clases",
    from: "con --images: parte de las capas de este modelo y entrena una nueva última capa y después las superiores",
    headOnly: "con --from: entrena solo la nueva última capa",
    augment: "con --images: cuánto se varían las imágenes de entrenamiento (por defecto: según las imágenes)",
    patience: "con --images: para tras este número de épocas sin mejorar (por defecto: 8)",
    workers: "con --images: hilos que leen imágenes (por defecto: uno menos que procesadores)",
    evaluateBatchSize: "tamaño del lote (por defecto: 128); no se admite con .onnx",
    confusion: "muestra también la matriz de confusión",
    quantizeImages:
      "con --quantize: una carpeta de imágenes con una carpeta por clase. Si falta: las del entrenamiento del modelo o las de MNIST",
    evaluateImages:
      "una carpeta de imágenes, con una carpeta por clase (por defecto, si el modelo se entrenó con imágenes: las que reservó para test)",
    json: "escribe un objeto JSON por imagen",
    to: "qué se escribe",
    exportOut: "el archivo que se escribe; por defecto: junto al modelo, con la extensión del formato",
    input: "ONNX: recibe píxeles escalados como al entrenar, o bytes; por defecto: float32",
    layout: "ONNX: los canales al final o al principio; por defecto: nhwc",
    classes: "ONNX: nombres de las clases, separados por comas, que se guardan en el archivo",
    quantize: "ONNX: pesos int8; mide además el acierto antes y después con las imágenes de test",
    host: "dirección en la que escucha; 0.0.0.0 para todas las redes",
    port: "puerto en el que escucha; 0 para uno libre cualquiera",
    allowHost:
      "nombres a los que responde, separados por comas; .example.com para todos sus subdominios. Siempre se admiten localhost, el nombre de --host y las direcciones numéricas",
    maxBody: "tamaño máximo de una petición, p. ej. 500kb (por defecto: 4mb)",
    timeout: "segundos que puede tardar en llegar una petición",
    maxBatch: "máximo de imágenes por inferencia",
    open: "abre la página en el navegador",
    studioOut: "carpeta de los entrenamientos",
    queue: "dirección de la cola: un servidor Redis o Valkey, p. ej. redis://localhost:6379",
    queueName: "cuál de las colas del servidor",
    workerRuns:
      "carpeta donde se hacen los entrenamientos; sin --store, la misma carpeta compartida en todas las máquinas",
    store:
      "por dónde viajan entrenamientos y datos si las máquinas no comparten carpeta: s3://bucket/prefijo, o una carpeta",
    atOnce: "entrenamientos a la vez (por defecto: procesadores entre hilos de un entrenamiento)",
    heartbeat: "si una máquina no da señales durante estos segundos, su entrenamiento pasa a otra",
    metricsPort: "ofrece métricas de Prometheus en este puerto, y /health; 0: uno libre (por defecto: no)",
    metricsHost: "dirección de las métricas; 0.0.0.0 para todas las redes",
    pixels:
      "intervalo de los píxeles con los que se entrenó el modelo; por defecto: lo que diga su archivo o, si no, 0..1",
    mean: "se resta de los píxeles después, un número o uno por canal",
    std: "divide los píxeles después",
    fit: "cómo se llevan las imágenes al tamaño del modelo: digit recorta el trazo y lo centra, como en MNIST",
    ink: "trazo de las imágenes con las que se entrenó el modelo: claro sobre oscuro (light) u oscuro sobre claro (dark)",
    invert: "usa el negativo de las imágenes; auto: si su trazo no es como el del modelo",
  },
  values: {
    integerFrom: (least) => `Debe ser un entero mayor o igual que ${least}.`,
    atMost: (most) => `Debe ser como mucho ${most}.`,
    path: "Debe ser una ruta.",
    queueAddress: "Debe ser como redis://localhost:6379 o rediss://usuario:clave@servidor:6379/0.",
    number: "un número",
    positiveNumber: "un número positivo",
    perChannel: (expected) =>
      `Debe ser ${expected}, o tres para rojo, verde y azul, p. ej. 0.5 o 0.49,0.46,0.41.`,
    bytes: "Debe ser un número de bytes de hasta 1024mb, p. ej. 500kb o 4mb.",
    hostName: (name) =>
      `«${name}» no es un nombre de máquina. Da nombres sin protocolo ni puerto, p. ej. digitos.example.com.`,
    unknownTechnique: (name, known) => `No existe la técnica «${name}». Técnicas: ${known}.`,
    techniqueTwice: (name) => `${name} aparece dos veces. Para entrenar cada una varias veces está --seeds.`,
  },
  usage: {
    indexOfSweep: "--index va con --config ARCHIVO, el archivo de un barrido.",
    noSuchIndex: (index, runs) =>
      `No hay entrenamiento ${index}: el barrido tiene ${runs}, contados desde 0.`,
    modelIsAnOption: (model) =>
      `Con --images el modelo es una opción: --model ${model}, o --from ${model} para una nueva última capa.`,
    configOrImages: "--config no es para carpetas de imágenes; omite --images.",
    networkIsAnOption: (model) => `Con --config o --set la red es una opción: --set network=${model}.`,
    dataOrImages: "--data es para archivos IDX; --images, para una carpeta de imágenes.",
    goesWithImages: (option) => `--${option} va con --images CARPETA.`,
    headOnlyOfFrom: "--head-only va con --from ARCHIVO.",
    fromOrModel: "--from ya da el modelo; quita --model.",
    sizeOfGivenModel: "El modelo dado ya fija el tamaño; quita --size.",
    noSuchPictureModel: (model, known) =>
      `No existe el modelo «${model}» para imágenes. Da ${known}, o la ruta de un archivo .keras o .h5.`,
    folderOrData: "Da una carpeta de imágenes o --data, no las dos cosas.",
    batchSizeForKeras:
      "--batch-size es para modelos .keras y .h5; un archivo ONNX procesa cada vez tantas imágenes como admite.",
    outputForOnnx: "--output es para archivos ONNX; un modelo de Keras solo tiene una salida.",
    exportEnding: (to, ending, out) =>
      `Un modelo exportado con --to ${to} tiene una ruta que acaba en ${ending}, pero --out es ${out}.`,
    forQuantize: (name) => `--${name} acompaña a --quantize, que mide con esas imágenes lo que se pierde.`,
    onlyForOnnx: (option, to) => `--${option} es para --to onnx; un archivo .${to} no tiene esa opción.`,
  },
  errors: {
    unexpected: "error inesperado. Por favor, comunícalo con lo que sigue.",
    noOutput: (code) => `no se puede escribir la salida (${code}). ¿Está lleno el disco?`,
    noFolder: (path) => `No existe la carpeta ${path}.`,
    needsQueue: "Las colas necesitan el paquete @trazo/queue. Instálalo: npm install @trazo/queue",
    noBestModelYet: (path) =>
      `El entrenamiento de ${path} todavía no tiene mejor modelo: se guarda al acabar la primera época.`,
    folderWithoutModel: (path, file) =>
      `En la carpeta ${path} no hay ${file}. Da el archivo de un modelo, o la carpeta de un entrenamiento.`,
    isTechnique: (name, command) =>
      `No hay una red «${name}»: es una técnica de la práctica. Para entrenar con ella: npx ${command}`,
    noNetwork: (name) =>
      `No hay una red «${name}». Da «base», o la ruta de un modelo .keras o .h5 compilado.`,
    notCompiled: (name) =>
      `${name} no está compilado: no dice con qué optimizador ni con qué función de coste entrenar. Guárdalo después de model.compile.`,
    onnxIsNoModel: (path) =>
      `${path} es un archivo ONNX: contiene operadores, no capas, así que no se puede exportar. Exporta el archivo .keras o .h5 del que salió.`,
    overwritesItself: (path) => `La exportación sobrescribiría ${path}. Da otra ruta con --out.`,
    picturesGone: (directory) =>
      `Las imágenes de test de este entrenamiento ya no están en ${directory}. Da otras con --images.`,
    noPictureReadable: "No se puede leer ninguna de las imágenes.",
    unknownClass: (path, name, classes) =>
      `El modelo ${path} no conoce la clase «${name}». Sus clases: ${classes}.`,
    noAddress: (host, code) => `La máquina ${host} no tiene dirección (${code}).`,
    cannotListen: (address, port, reason) => `No se puede escuchar en ${address}, puerto ${port}: ${reason}.`,
    listenReasons: {
      EADDRINUSE: "el puerto ya está en uso. Elige otro con --port, o 0 para uno libre cualquiera",
      EADDRNOTAVAIL: "esta máquina no tiene esa dirección. Usa 127.0.0.1, o 0.0.0.0 para todas las redes",
      EACCES: "este usuario no puede usar ese puerto. Elige uno a partir de 1024",
    },
    runsNotKept: (folder, option) =>
      `Los entrenamientos no se pueden guardar en ${folder}: allí no se puede escribir ningún archivo. Elige otra carpeta con ${option}.`,
    modelDoesNotRun: (path, reason) => `${path} se puede leer, pero su modelo no funciona: ${reason}`,
  },
  notes: {
    note: "Nota",
    ofLibrary: (note) => translated(note, libraryNotes),
    ifWrong: (note) => `${note} Si no es así, usa --fit, --ink o --invert.`,
    fromProbabilities: (reason) =>
      `${reason} Por eso el coste y el acierto se calculan a partir de sus probabilidades.`,
    scaleAssumed:
      "El modelo no dice cómo se escalan los píxeles; el archivo exportado dice que de 0 a 1. Si no es así, usa --pixels, --mean y --std.",
  },
  training: {
    images: ({ data, train, validation, test }) =>
      `${data}: ${train} imágenes de entrenamiento, ${validation} de validación y ${test} de test`,
    runtime: (name, seed) => `${name}; semilla ${seed}`,
    pictureRun: (name, seed, folder) => `${name}; semilla ${seed}; carpeta ${folder}`,
    stopping:
      "El entrenamiento para al acabar este paso. Lo aprendido se guarda. Pulsa Ctrl-C otra vez para salir ya.",
    interrupted: ({ epoch, batch, backupDir }) => {
      const place =
        batch === 0 ? `antes de la época ${epoch + 1}` : `en la época ${epoch + 1}, tras el paso ${batch}`;
      const saved =
        backupDir === undefined ? "" : ` El estado está guardado en ${backupDir}; desde ahí se reanuda.`;
      return `Entrenamiento interrumpido ${place}.${saved}`;
    },
    nothingKept: "Todavía no ha acabado ninguna época, así que no hay mejor modelo.",
    toContinue: (command) => `Para continuar: npx ${command}`,
    best: ({ epoch, monitor, value, path }) =>
      `Mejor época: ${epoch}, ${monitor} ${value}, guardada en ${path}`,
    test: (name, value) =>
      `${name === "loss" ? "Coste" : name === "accuracy" ? "Acierto" : name} en test: ${value}`,
    looking: (done, of) => `Mirando las imágenes: ${done} de ${of}`,
    pictureReport: (path) => `Informe: ${path}`,
    pictureModels: (keras, onnx, card) =>
      `Modelos: ${keras} para Keras y Trazo, ${onnx} para cualquier programa que lea ONNX; los dos llevan los nombres de las clases y cómo se preparan las imágenes, como dice ${card}.`,
  },
  sweep: {
    plan: (d) =>
      `${counted(d.settings, "configuración", "configuraciones")}, ${counted(d.seeds, "semilla")}: ${counted(d.runs, "entrenamiento")} en ${d.folder}`,
    noWorkers: (version, queue, flags) =>
      `Ninguna máquina hace entrenamientos de trazo ${version} para ${queue}, así que esperan. Pon una a hacerlos: trazo worker ${flags}`,
    measuring: "Midiendo cómo repartir mejor los procesadores entre los entrenamientos ...",
    sharing: (d) =>
      `${d.parallel === 1 ? "Un entrenamiento a la vez" : `${d.parallel} entrenamientos simultáneos`}, ${d.threads} ${d.threads === 1 ? "hilo" : "hilos"} cada uno${d.images === undefined ? "" : ` (${d.images} imágenes/s en total)`}`,
    ended: (d) => `[${d.done}/${d.runs}] ${d.name}, semilla ${d.seed}: ${d.outcome}`,
    status: {
      finished: "terminado",
      paused: "en pausa",
      interrupted: "interrumpido",
      failed: "fallido",
    },
    again: (name, seed, reason) => `${name}, semilla ${seed}: empieza de nuevo. ${reason}`,
    progress: (d) =>
      `${d.done === 1 ? "Hecho" : "Hechos"} ${d.done} de ${counted(d.runs, "entrenamiento")}${d.left === "" ? "" : `, quedan unos ${d.left}`}`,
    best: (name, seed, value) => `El mejor hasta ahora: ${name}, semilla ${seed}, ${value}`,
    training: (d) => `${d.name}, semilla ${d.seed}, época ${d.epoch}/${d.epochs}`,
    stopping: "Se parará tras este paso; todo queda guardado. Pulsa Ctrl-C otra vez para salir de inmediato.",
    stoppingEarly: "Se para. Pulsa Ctrl-C otra vez para salir de inmediato.",
    interrupted: "El barrido se ha interrumpido. Lo entrenado queda guardado.",
    report: (page, csv) => `El informe: ${page} (ábrelo en un navegador); todos los entrenamientos: ${csv}`,
    toRetry: (runs, command) =>
      `${runs === 1 ? "Ha fallado un entrenamiento; no se repite" : `Han fallado ${runs} entrenamientos; no se repiten`} si no lo pides: npx ${command}`,
    differences: "Acierto en test, comparado con las mismas semillas:",
    failedRun: (reason) => `El entrenamiento ha fallado: ${reason}`,
    runInterrupted: "El entrenamiento se ha interrumpido; su estado queda guardado.",
    runHead: (d) =>
      `${d.data}; semilla ${d.seed}; ${d.threads} ${d.threads === 1 ? "hilo" : "hilos"}; carpeta del entrenamiento ${d.folder}`,
  },
  practice: {
    run: ({ technique, seed, run, runs, left }) =>
      `${technique}, semilla ${seed} (entrenamiento ${run} de ${runs}${left})`,
    fromTheBeginning: "desde el principio: su tasa de aprendizaje depende del número de épocas",
    finishedBefore: (technique, seed) => `${technique}, semilla ${seed}: ya estaba terminado`,
    left: (time) => `, quedan unos ${time} en total`,
    epochs: (done, of) => `${done} de ${of} épocas`,
    trying: (folder, place, of) =>
      `Probando el mejor modelo de ${folder} con las imágenes de test (${place} de ${of})`,
    writing: "Escribiendo el informe ...",
    report: (page, figures) => `Informe: ${page} (ábrelo en un navegador); sus figuras: ${figures}`,
    mixed: "los entrenamientos se hicieron en máquinas o con software distintos:",
  },
  worker: {
    ready: (host, pid) => `${host}, proceso ${pid}: a la espera de entrenamientos. Pulsa Ctrl-C para parar.`,
    metrics: (address) => `Métricas: ${address}`,
    took: (run, name) => `${run}: ${name}`,
    done: (d) => {
      const status = {
        finished: "terminado",
        paused: "en pausa",
        interrupted: "interrumpido",
        failed: "fallido",
      };
      return `${d.run}: ${status[d.status]} en ${d.seconds} s${d.test}`;
    },
    failed: (run, reason, isLast) =>
      `${run}: ${reason}${isLast ? " Era el último intento." : " Se intentará otra vez."}`,
    stalled: (run) => `${run}: recuperado de una máquina que dejó de responder`,
    summary: ({ sweep, finished, paused, unfinished, report }) =>
      `${sweep}: todos los entrenamientos hechos, ${finished} terminados${paused > 0 ? `, ${paused} parados antes` : ""}${unfinished > 0 ? `, ${unfinished} fallidos` : ""}; el informe: ${report}`,
    disconnected: (reason) => `No se puede usar la cola: ${reason}. Se intenta otra vez.`,
    connected: "La cola se puede usar de nuevo.",
    stoppedEarly: (signal) => `${signal}: se para antes de tomar ningún entrenamiento.`,
    stopping: (signal) =>
      `${signal}: los entrenamientos paran tras este paso y vuelven a la cola. Otra señal más y se para de inmediato.`,
  },
  runs: {
    none: (root) => `No hay entrenamientos en ${root}. Haz alguno con trazo practice o trazo train.`,
    run: ({ technique, seed, done, epochs }) => `${technique}, semilla ${seed}, ${done}/${epochs} épocas`,
    notFinished: "sin terminar; el mismo comando lo reanuda",
    outcome: ({ validation, epoch, test }) =>
      `validación ${validation} (época ${epoch})${test === undefined ? "" : `, test ${test}`}`,
  },
  next: {
    title: "Y ahora:",
    longer: (epochs) => `sigue hasta ${epochs} épocas, como en el curso`,
    practice: "la misma red con L2, dropout, batch normalization y aumento de datos",
    exercise: "el ejercicio y nuestra solución",
    evaluate: "qué dígitos confunde",
    ownPicture: "tu-digito.png",
    predict: "clasifica una imagen tuya",
    serve: "una página para dibujar dígitos",
    export: "para cualquier programa que lea ONNX",
    isKeras: (file) => `${file} es un archivo de Keras: se abre con keras.models.load_model("${file}")`,
    evaluatePictures: "otra vez las mismas imágenes de test; --images CARPETA para otras",
    predictPicture: "qué hay en una imagen",
    servePictures: "por HTTP",
    exportPictures: "en otro formato",
  },
  evaluate: {
    score: (name, value) =>
      `${name === "loss" ? "coste" : name === "accuracy" ? "acierto" : name} en test: ${value}`,
    pictures: (count, directory) => `${count} imágenes de ${directory}`,
    testPictures: (count, directory) =>
      `${count} imágenes de test de ${directory}, que no se vieron al entrenar`,
  },
  predict: { thenOthers: (first, others) => `${first}, después ${others}` },
  export: {
    quantized: (mode, after, before) => `pesos int8, ${mode}: ${after} en lugar de ${before} con floats`,
    accuracy: ({ before, after, points, gained, images }) =>
      `acierto en test: ${before} antes, ${after} después, ${points} puntos ${gained ? "más" : "menos"} en ${images} imágenes`,
  },
  data: {
    sizes: (train, test, classes) =>
      `conjunto de entrenamiento ${train}, conjunto de test ${test}, ${classes} clases`,
    class: "clase",
    training: "entren.",
    test: "test",
    would: (command) => `npx ${command} haría lo siguiente:`,
  },
  serve: {
    listening: (address) => `Escuchando en ${address}`,
    reachable: "Aviso: a esta dirección se llega desde otras máquinas y no pide contraseña.",
    finishing: (signal) =>
      `${signal}: se terminan las peticiones en curso. Otra señal más y se para de inmediato.`,
  },
  studio: {
    open: (address) => `El estudio está abierto: ${address}`,
    toClose: "Pulsa Ctrl-C para cerrarlo.",
    closing: "El estudio se cierra. Lo entrenado se conserva.",
  },
};

const counted = (count: number, one: string, more = `${one}s`): string =>
  `${count} ${count === 1 ? one : more}`;
