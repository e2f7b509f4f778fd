/** Where a training was interrupted, as `TrainingInterrupted` tells. */
export interface Interruption {
  readonly message: string;
  /** From 0. */
  readonly epoch: number;
  /** Steps of that epoch that are done. */
  readonly batch: number;
  readonly backupDir: string | undefined;
}

/** Everything the command line says, in English. Other languages have the same keys (`CliText`). */
export const en = {
  help: {
    about: "Train convolutional networks in TypeScript, with Keras's semantics and files.",
    usage: "Usage:",
    arguments: "Arguments:",
    options: "Options:",
    commands: "Commands:",
    someOptions: "[options]",
    someCommand: "[command]",
    default: "default",
    choices: "choices",
    version: "output the version number",
    help: "display help for command",
    adviceAfterError: "(run with --help to see all options)",
  },
  /** What the parser of the command line says, in its English words; unchanged where nothing is known of it. */
  parserError: (message: string): string => message,
  commands: {
    train: {
      usage: "train [options] [model]",
      description:
        "train a network on MNIST or, with --images DIR, on your own pictures; keep the best, and test it",
    },
    sweep: {
      usage: "sweep [options] <file>",
      description: "train many settings and seeds in a pool of processes, and say which differences are real",
    },
    studio: {
      usage: "studio [options]",
      description: "watch networks learn in a page, draw digits for them, and compare techniques",
    },
    practice: {
      usage: "practice [options]",
      description: "train the practice's techniques, compare them, and write a report",
    },
    compare: {
      usage: "compare [options] <runs...>",
      description: "compare runs that trazo practice or trazo train made, and write the report again",
    },
    runs: { usage: "runs [options] [dir]", description: "list the training runs in a folder" },
    worker: {
      usage: "worker [options]",
      description: "make runs of sweeps that others put into a queue, on this machine",
    },
    evaluate: {
      usage: "evaluate [options] <model>",
      description: "measure a model's loss and accuracy on the test images",
    },
    predict: {
      usage: "predict [options] <model> <images...>",
      description:
        "classify pictures (PNG, JPEG, WebP, GIF and AVIF; any size, dark on light or light on dark)",
    },
    serve: {
      usage: "serve [options] <model>",
      description: "serve a model over HTTP, with a page to draw digits on",
    },
    export: {
      usage: "export [options] <model>",
      description: "write a model in another format: for any ONNX runtime, or for Keras",
    },
    summary: {
      usage: "summary [options] [model]",
      description: "print a model's layers, shapes and weights",
    },
    data: {
      usage: "data [options] [dir]",
      description: "check a data set or a folder of pictures, and print what it contains",
    },
  },
  arguments: {
    modelToTrain:
      "base (the practice's network), or a compiled .keras or .h5 model or a run's folder, to train further (default: base)",
    modelToMeasure: "a .keras, .h5 or .onnx model, or a run's folder",
    modelToRead: "a .keras, .h5 or .onnx model, or a run's folder: its best model",
    modelToExport: "a .keras or .h5 model",
    modelToSum: "base, or a .keras, .h5 or .onnx model",
    pictureFiles: "picture files",
    sweepFile: "a YAML or JSON file: the run, the options to vary, the seeds",
    finishedRuns: "folders of finished runs",
    runsFolder: "a folder of runs, or of folders of them; default: runs",
    pictureFolder: "a folder of pictures, with a folder for each class (default: MNIST)",
  },
  options: {
    index: "make this run of the sweep in --config, from 0, and print name=value lines for other programs",
    lang: "language of messages and of the report",
    data: "folder with four IDX files (MNIST, Fashion-MNIST, ...); default: MNIST itself",
    threads: "processor threads; default: all",
    batchSize: "batch size",
    fresh: "start over instead of resuming an earlier run",
    saveEvery: "also save the state every N steps (default: after each epoch only)",
    output: "ONNX: the output that tells the classes, where the file has several",
    only: (names: string) => `techniques, separated by commas: ${names}`,
    all: "all techniques",
    epochs: "epochs to train",
    seeds: "runs of each technique, with consecutive seeds",
    firstSeed: "the first seed",
    practiceOut: "folder for the runs and the report",
    compareOut: "folder for the report",
    trainEpochs: "epochs to train (default: 5; with --images at most 60)",
    trainBatchSize: "batch size (default: 128; with --images 32)",
    seed: "random seed",
    trainOut:
      "folder for the run: models, history, settings (default: runs/base; with --images runs/ and its name)",
    config: "train what a YAML or JSON file says: network, optimizer, data, ...",
    set: "set an option of the configuration, e.g. optimizer.learningRate=3e-4; may be repeated",
    retryFailed: "try runs again that failed before (default: say again why they failed)",
    storeEvery:
      "with --store: seconds after which a run that is being trained is sent there again, so that another machine can go on with it",
    sweepOut: "folder for the runs and the report (default: runs/ and the file's name)",
    parallel: "runs at the same time (default: as measured)",
    sweepThreads: "processor threads of each run (default: as measured)",
    images: "train on your own pictures: a folder with a folder for each class",
    size: "with --images: pixels per side (default: by the pictures)",
    model: "with --images: small, resnet, or a .keras or .h5 file with as many classes",
    from: "with --images: begin with this model's layers, and train a new last one, then the upper ones",
    headOnly: "with --from: train the new last layer only",
    augment: "with --images: how much training pictures are varied (default: by the pictures)",
    patience: "with --images: stop after this many epochs without improvement (default: 8)",
    workers: "with --images: threads that read pictures (default: one fewer than processors)",
    evaluateBatchSize: "batch size (default: 128); not allowed for .onnx",
    confusion: "also print the confusion matrix",
    quantizeImages:
      "--quantize: a folder of pictures with a folder for each class. Default: those of the model's run, else MNIST's",
    evaluateImages:
      "a folder of pictures, with a folder for each class (default for a run on pictures: those it kept for the test)",
    json: "print one JSON object per picture",
    to: "what to write",
    exportOut: "the file to write; default: next to the model, with the format's ending",
    input: "ONNX: feed pixels scaled as for training, or bytes; default: float32",
    layout: "ONNX: channels last or first; default: nhwc",
    classes: "ONNX: the classes' names, separated by commas, kept in the file",
    quantize: "ONNX: int8 weights; also measures the accuracy before and after on the test images",
    host: "address to listen on; 0.0.0.0 for every network",
    port: "port to listen on; 0 for any free one",
    allowHost:
      "names under which to answer, separated by commas; .example.com for all of its subdomains. Always allowed: localhost, the name in --host, and numeric addresses",
    maxBody: "largest request body, e.g. 500kb (default: 4mb)",
    timeout: "time a request may take to arrive",
    maxBatch: "most images per inference",
    open: "open the page in the browser",
    studioOut: "folder for the runs",
    queue: "address of the queue: a Redis or Valkey server, e.g. redis://localhost:6379",
    queueName: "which of the server's queues",
    workerRuns: "folder where runs are made; without --store, the same shared folder on every machine",
    store: "where runs and data sets travel when machines share no folder: s3://bucket/prefix, or a folder",
    atOnce: "runs at a time (default: processors divided by the threads of a run)",
    heartbeat: "a run whose worker shows no life for this many seconds is given to another one",
    metricsPort: "serve Prometheus metrics at this port, and /health; 0 for any free one (default: none)",
    metricsHost: "address for the metrics; 0.0.0.0 for every network",
    pixels: "range of the pixels that the model was trained on; default: as its file says, else 0..1",
    mean: "subtracted from the pixels after that, one number or one per channel",
    std: "divides the pixels after that",
    fit: "how pictures get the model's size: digit crops to the ink and centers it, as MNIST's",
    ink: "ink of the pictures that the model was trained on: light on dark, or dark on light",
    invert: "take the pictures' negative; auto: when their ink differs from the model's",
  },
  values: {
    integerFrom: (least: number) => `It must be an integer of at least ${least}.`,
    atMost: (most: number) => `It must be at most ${most}.`,
    path: "It must be a path.",
    queueAddress: "It must look like redis://localhost:6379 or rediss://user:password@host:6379/0.",
    number: "a number",
    positiveNumber: "a positive number",
    perChannel: (expected: string) =>
      `It must be ${expected}, or three for red, green and blue, e.g. 0.5 or 0.49,0.46,0.41.`,
    bytes: "It must be a number of bytes up to 1024mb, e.g. 500kb or 4mb.",
    hostName: (name: string) =>
      `"${name}" is not a host name. Give names without a scheme or port, e.g. digits.example.com.`,
    unknownTechnique: (name: string, known: string) => `Unknown technique "${name}". Known: ${known}.`,
    techniqueTwice: (name: string) => `${name} is listed twice. For several runs of each, give --seeds.`,
  },
  usage: {
    indexOfSweep: "--index goes with --config FILE, a sweep's file.",
    noSuchIndex: (index: number, runs: number) =>
      `There is no run ${index}: the sweep has ${runs}, counted from 0.`,
    modelIsAnOption: (model: string) =>
      `With --images the model is an option: --model ${model}, or --from ${model} for a new last layer.`,
    configOrImages: "--config is not for folders of pictures; leave out --images.",
    networkIsAnOption: (model: string) =>
      `With --config or --set the network is an option: --set network=${model}.`,
    dataOrImages: "--data is for IDX files, --images for a folder of pictures.",
    goesWithImages: (option: string) => `--${option} goes with --images DIR.`,
    headOnlyOfFrom: "--head-only goes with --from FILE.",
    fromOrModel: "--from gives the model; leave out --model.",
    sizeOfGivenModel: "--size is what the given model reads; leave it out.",
    noSuchPictureModel: (model: string, known: string) =>
      `There is no model "${model}" for pictures. Give ${known}, or the path of a .keras or .h5 file.`,
    folderOrData: "Give a folder of pictures or --data, not both.",
    batchSizeForKeras:
      "--batch-size is for .keras and .h5 models; an ONNX file runs as many images at a time as it allows.",
    outputForOnnx: "--output is for ONNX files; a Keras model has one only.",
    exportEnding: (to: string, ending: string, out: string) =>
      `A model exported --to ${to} has a path that ends in ${ending}, but --out is ${out}.`,
    forQuantize: (name: string) =>
      `--${name} is for --quantize, which measures what it costs on those images.`,
    onlyForOnnx: (option: string, to: string) =>
      `--${option} is for --to onnx; a .${to} file has no such option.`,
  },
  errors: {
    unexpected: "unexpected error. Please report it with the output below.",
    noOutput: (code: string) => `the output could not be written (${code}). Is the disk full?`,
    noFolder: (path: string) => `No such folder: ${path}.`,
    needsQueue: "Queues need the package @trazo/queue. Install it: npm install @trazo/queue",
    noBestModelYet: (path: string) =>
      `The run in ${path} has no best model yet: it is kept when the first epoch has ended.`,
    folderWithoutModel: (path: string, file: string) =>
      `${path} is a folder without a ${file}. Give a model's file, or the folder of a run.`,
    isTechnique: (name: string, command: string) =>
      `There is no network "${name}": it is a technique of the practice. To train with it: npx ${command}`,
    noNetwork: (name: string) =>
      `There is no network "${name}". Give "base", or the path of a compiled .keras or .h5 model.`,
    notCompiled: (name: string) =>
      `${name} is not compiled: it names no optimizer and no loss to train with. Save it after model.compile.`,
    onnxIsNoModel: (path: string) =>
      `${path} is an ONNX file: it holds operators, not layers, so it cannot be exported. Export the .keras or .h5 file it came from.`,
    overwritesItself: (path: string) =>
      `${path} would be overwritten by its own export. Give another path with --out.`,
    picturesGone: (directory: string) =>
      `The pictures that the run was tested on are gone from ${directory}. Give others with --images.`,
    noPictureReadable: "None of the pictures can be read.",
    unknownClass: (path: string, name: string, classes: string) =>
      `The model ${path} knows no class "${name}". Its classes: ${classes}.`,
    noAddress: (host: string, code: string) => `The host ${host} has no address (${code}).`,
    cannotListen: (address: string, port: number, reason: string) =>
      `Cannot listen on ${address}, port ${port}: ${reason}.`,
    listenReasons: {
      EADDRINUSE: "the port is already in use. Choose another --port, or 0 for any free one",
      EADDRNOTAVAIL: "this machine does not have that address. Use 127.0.0.1, or 0.0.0.0 for every network",
      EACCES: "this user may not use that port. Choose a port of at least 1024",
    },
    runsNotKept: (folder: string, option: string) =>
      `Runs cannot be kept in ${folder}: no file can be written there. Choose another folder with ${option}.`,
    modelDoesNotRun: (path: string, reason: string) =>
      `${path} can be read, but its model does not run: ${reason}`,
  },
  notes: {
    note: "Note",
    /** What the library notes, in its English words; unchanged where nothing is known of it. */
    ofLibrary: (note: string): string => note,
    ifWrong: (note: string) => `${note} If that is wrong, use --fit, --ink or --invert.`,
    fromProbabilities: (reason: string) =>
      `${reason} So loss and accuracy are computed from its probabilities.`,
    scaleAssumed:
      "The model does not say how pixels are scaled; the exported file says from 0 to 1. If that is wrong, use --pixels, --mean and --std.",
  },
  training: {
    images: (d: { data: string; train: number; validation: number; test: number }) =>
      `${d.data}: ${d.train} training, ${d.validation} validation, ${d.test} test images`,
    runtime: (name: string, seed: number) => `${name}; seed ${seed}`,
    pictureRun: (name: string, seed: number, folder: string) => `${name}; seed ${seed}; run folder ${folder}`,
    stopping: "Stopping after this step. Your progress is saved. Press Ctrl-C again to quit immediately.",
    interrupted: (d: Interruption): string => d.message,
    nothingKept: "No epoch has ended yet, so there is no best model.",
    toContinue: (command: string) => `To continue: npx ${command}`,
    best: (d: { epoch: number; monitor: string; value: string; path: string }) =>
      `Best: epoch ${d.epoch}, ${d.monitor} ${d.value}, kept in ${d.path}`,
    test: (name: string, value: string) => `Test ${name}: ${value}`,
    looking: (done: number, of: number) => `Looking at the pictures: ${done} of ${of}`,
    pictureReport: (path: string) => `Report: ${path}`,
    pictureModels: (keras: string, onnx: string, card: string) =>
      `Models: ${keras} for Keras and Trazo, ${onnx} for any ONNX runtime; both carry the classes' names and how pictures are prepared, as ${card} describes.`,
  },
  sweep: {
    plan: (d: { settings: number; seeds: number; runs: number; folder: string }) =>
      `${counted(d.settings, "setting")}, ${counted(d.seeds, "seed")}: ${counted(d.runs, "run")} in ${d.folder}`,
    noWorkers: (version: string, queue: string, flags: string) =>
      `No worker of trazo ${version} is at ${queue}, so the runs wait. Start one, on any machine: trazo worker ${flags}`,
    measuring: "Measuring how the processors are best shared among runs ...",
    sharing: (d: { parallel: number; threads: number; images: string | undefined }) =>
      `${d.parallel === 1 ? "One run at a time" : `${d.parallel} runs at the same time`}, ${d.threads} ${d.threads === 1 ? "thread" : "threads"} each${d.images === undefined ? "" : ` (${d.images} images/s in all)`}`,
    ended: (d: { done: number; runs: number; name: string; seed: number; outcome: string }) =>
      `[${d.done}/${d.runs}] ${d.name}, seed ${d.seed}: ${d.outcome}`,
    status: {
      finished: "finished",
      paused: "paused",
      interrupted: "interrupted",
      failed: "failed",
    },
    again: (name: string, seed: number, reason: string) => `${name}, seed ${seed}: begins again. ${reason}`,
    progress: (d: { done: number; runs: number; left: string }) =>
      `${d.done} of ${counted(d.runs, "run")} done${d.left === "" ? "" : `, about ${d.left} left`}`,
    best: (name: string, seed: number, value: string) => `Best so far: ${name}, seed ${seed}, ${value}`,
    training: (d: { name: string; seed: number; epoch: number; epochs: number }) =>
      `${d.name}, seed ${d.seed}, epoch ${d.epoch}/${d.epochs}`,
    stopping: "Stopping after this step; everything is saved. Press Ctrl-C again to quit immediately.",
    stoppingEarly: "Stopping. Press Ctrl-C again to quit immediately.",
    interrupted: "The sweep was interrupted. What was trained is saved.",
    report: (page: string, csv: string) => `The report: ${page} (open it in a browser); every run: ${csv}`,
    toRetry: (runs: number, command: string) =>
      `${runs === 1 ? "One run failed; it is" : `${runs} runs failed; they are`} not tried again unless you ask for it: npx ${command}`,
    differences: "Test accuracy, compared over the same seeds:",
    failedRun: (reason: string) => `The run failed: ${reason}`,
    runInterrupted: "Training was interrupted; its state is saved.",
    runHead: (d: { data: string; seed: number; threads: number; folder: string }) =>
      `${d.data}; seed ${d.seed}; ${d.threads} ${d.threads === 1 ? "thread" : "threads"}; run folder ${d.folder}`,
  },
  practice: {
    run: (d: { technique: string; seed: number; run: number; runs: number; left: string }) =>
      `${d.technique}, seed ${d.seed} (run ${d.run} of ${d.runs}${d.left})`,
    fromTheBeginning: "from the beginning: its learning rate follows from the number of epochs",
    finishedBefore: (technique: string, seed: number) => `${technique}, seed ${seed}: finished before`,
    left: (time: string) => `, about ${time} left in all`,
    epochs: (done: number, of: number) => `${done} of ${of} epochs`,
    trying: (folder: string, place: number, of: number) =>
      `Trying the best model of ${folder} on the test images (${place} of ${of})`,
    writing: "Writing the report ...",
    report: (page: string, figures: string) =>
      `The report: ${page} (open it in a browser); its figures: ${figures}`,
    mixed: "the runs used different machines or software:",
  },
  worker: {
    ready: (host: string, pid: number) => `${host}, process ${pid}: waiting for runs. Press Ctrl-C to stop.`,
    metrics: (address: string) => `Metrics: ${address}`,
    took: (run: string, name: string) => `${run}: ${name}`,
    done: (d: {
      run: string;
      status: "finished" | "paused" | "interrupted" | "failed";
      seconds: string;
      test: string;
    }) => `${d.run}: ${d.status} in ${d.seconds} s${d.test}`,
    failed: (run: string, reason: string, isLast: boolean) =>
      `${run}: ${reason}${isLast ? " That was the last attempt." : " It will be tried again."}`,
    stalled: (run: string) => `${run}: taken back from a worker that died`,
    summary: (d: { sweep: string; finished: number; paused: number; unfinished: number; report: string }) =>
      `${d.sweep}: all runs done, ${d.finished} finished${d.paused > 0 ? `, ${d.paused} stopped early` : ""}${d.unfinished > 0 ? `, ${d.unfinished} failed` : ""}; the report: ${d.report}`,
    disconnected: (reason: string) => `The queue cannot be used: ${reason}. Trying again.`,
    connected: "The queue can be used again.",
    stoppedEarly: (signal: string) => `${signal}: stopped before any run was taken.`,
    stopping: (signal: string) =>
      `${signal}: runs stop after this step and go back to the queue. One more signal quits at once.`,
  },
  runs: {
    none: (root: string) => `There are no runs in ${root}. Make some with trazo practice or trazo train.`,
    run: (d: { technique: string; seed: number; done: number; epochs: number }) =>
      `${d.technique}, seed ${d.seed}, ${d.done}/${d.epochs} epochs`,
    notFinished: "not finished; run the same command again to resume",
    outcome: (d: { validation: string; epoch: number; test: string | undefined }) =>
      `val ${d.validation} (epoch ${d.epoch})${d.test === undefined ? "" : `, test ${d.test}`}`,
  },
  next: {
    title: "Next:",
    longer: (epochs: number) => `continue to ${epochs} epochs, as in the course`,
    practice: "the same network with L2, dropout, batch normalization, augmentation",
    exercise: "the exercise, and our solution",
    evaluate: "which digits it confuses",
    ownPicture: "your-digit.png",
    predict: "classify a picture of your own",
    serve: "a page to draw digits on",
    export: "for any ONNX runtime",
    isKeras: (file: string) => `${file} is a Keras file: keras.models.load_model("${file}") opens it`,
    evaluatePictures: "the same test pictures again; --images DIR for others",
    predictPicture: "what is in a picture",
    servePictures: "over HTTP",
    exportPictures: "in another format",
  },
  evaluate: {
    score: (name: string, value: string) => `test ${name}: ${value}`,
    pictures: (count: number, directory: string) => `${count} pictures of ${directory}`,
    testPictures: (count: number, directory: string) =>
      `${count} test pictures of ${directory}, which training never saw`,
  },
  predict: { thenOthers: (first: string, others: string) => `${first}, then ${others}` },
  export: {
    quantized: (mode: string, after: string, before: string) =>
      `int8 weights, ${mode}: ${after} instead of ${before} with floats`,
    accuracy: (d: { before: string; after: string; points: string; gained: boolean; images: number }) =>
      `test accuracy: ${d.before} before, ${d.after} after, ${d.points} points ${d.gained ? "gained" : "lost"} on ${d.images} images`,
  },
  data: {
    sizes: (train: string, test: string, classes: number) =>
      `training set ${train}, test set ${test}, ${classes} classes`,
    class: "class",
    training: "training",
    test: "test",
    would: (command: string) => `npx ${command} would:`,
  },
  serve: {
    listening: (address: string) => `Listening on ${address}`,
    reachable: "Warning: this address is reachable from other machines and has no authentication.",
    finishing: (signal: string) =>
      `${signal}: finishing the requests in progress. Send it again to stop at once.`,
  },
  studio: {
    open: (address: string) => `The studio is open: ${address}`,
    toClose: "Press Ctrl-C to close it.",
    closing: "Closing the studio. What was trained is kept.",
  },
};

/** A language of the command line: the same keys as in English. */
export type CliText = typeof en;

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
