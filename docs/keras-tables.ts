import {
  callbacks,
  constraints,
  initializers,
  layers,
  losses,
  metrics,
  optimizers,
  regularizers,
  schedules,
} from "trazo";
import type { Language, Text } from "./sections.js";

/** What `interop/keras/signatures.py` writes: classes by their modules, with their arguments and the defaults, as Python writes those. */
export interface KerasSignatures {
  /** The version. */
  readonly keras: string;
  readonly classes: Readonly<Record<string, Readonly<Record<string, Arguments>>>>;
}

type Arguments = Readonly<Record<string, string | null>>;

interface Option {
  readonly optional: boolean;
  /** Where callers may only pass what leaves the option off. */
  readonly neutral?: readonly unknown[] | undefined;
}

/** What can be called, by its name in `layers`, `losses`, … */
interface Call {
  readonly name: string;
  readonly className: string;
  /** Absent where the call takes no object of options. */
  readonly options?: Readonly<Record<string, Option>> | undefined;
}

const rooms: Readonly<Record<string, { readonly exported: object; readonly title: Text }>> = {
  layers: { exported: layers, title: { en: "Layers", es: "Capas" } },
  losses: { exported: losses, title: { en: "Losses", es: "Funciones de coste" } },
  metrics: { exported: metrics, title: { en: "Metrics", es: "Métricas" } },
  optimizers: { exported: optimizers, title: { en: "Optimizers", es: "Optimizadores" } },
  schedules: {
    exported: schedules,
    title: { en: "Learning rate schedules", es: "Planes de tasa de aprendizaje" },
  },
  callbacks: { exported: callbacks, title: { en: "Callbacks", es: "Callbacks" } },
  initializers: { exported: initializers, title: { en: "Initializers", es: "Inicializadores" } },
  regularizers: { exported: regularizers, title: { en: "Regularizers", es: "Regularizadores" } },
  constraints: { exported: constraints, title: { en: "Constraints", es: "Restricciones" } },
};

/** Calls that are no definitions with options, by the classes of Keras that they stand for. */
const plainCalls: Readonly<Record<string, string>> = {
  "layers.input": "Input",
  "layers.lambda": "Lambda",
  "regularizers.l1": "L1",
  "regularizers.l2": "L2",
  "callbacks.lambdaCallback": "LambdaCallback",
  "callbacks.terminateOnNaN": "TerminateOnNaN",
};

/** Exports that make none of a room's objects, but read, write or define them. */
const forFiles = /^(define|serialize|deserialize|flush|optimizerFrom)/;
/** What Keras's classes inherit from, and helpers: nobody makes one. */
const baseClass =
  /^(Layer|Loss|Metric|Optimizer|LearningRateSchedule|Callback|CallbackList|History|Initializer|Regularizer|Constraint|InputSpec|InputLayer|Wrapper|Pipeline|MaxNumBoundingBoxes|MeanMetricWrapper|OptimizerMap|\w+Cells?|(Flax|Jax|TFSM)Layer|TorchModuleWrapper)$/;
/** The page says of these that they are as they are everywhere. */
const everywhere = new Set(["data_format", "seed"]);
/** Every class has them. */
const common = new Set([
  "name",
  "dtype",
  "trainable",
  "inputShape",
  "reduction",
  "kerasName",
  "loss_scale_factor",
]);

const words = {
  header: {
    en: "| Keras | Trazo | refused |\n| --- | --- | --- |",
    es: "| Keras | Trazo | se rechaza |\n| --- | --- | --- |",
  },
  only: { en: "only", es: "solo" },
  missing: { en: "Not in Trazo", es: "No está en Trazo" },
  ours: { en: "Only in Trazo", es: "Solo en Trazo" },
} satisfies Record<string, Text>;

/** The table of every class, one section for each module, as Markdown. */
export function kerasTables(signatures: KerasSignatures, lang: Language): string {
  return Object.entries(rooms)
    .map(([room, { exported, title }]) => {
      const calls = callsOf(room, exported);
      const theirs: Readonly<Record<string, Arguments>> = {
        ...signatures.classes[room],
        ...(room === "layers" ? { Input: { shape: null } } : {}),
      };
      const known = new Set(calls.map(({ className }) => className));
      const rows = calls.flatMap((call) => {
        const parameters = theirs[call.className];
        return parameters ? [row(room, call, parameters, lang)] : [];
      });
      const missing = Object.keys(theirs).filter((name) => !known.has(name) && !baseClass.test(name));
      const ours = calls
        .filter(({ className }) => !(className in theirs))
        .map(({ name }) => `${room}.${name}`);
      return [
        `### ${title[lang]}`,
        "",
        words.header[lang],
        ...rows,
        ...list(words.missing[lang], missing),
        ...list(words.ours[lang], ours),
      ].join("\n");
    })
    .join("\n\n");
}

/** Everything in a room that makes one of its objects. */
function callsOf(room: string, exported: object): Call[] {
  return Object.entries(exported)
    .filter(([name, value]) => typeof value === "function" && !forFiles.test(name))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]: [string, { readonly definition?: Omit<Call, "name"> }]) => {
      const { className = plainCalls[`${room}.${name}`] ?? name, options } = value.definition ?? {};
      return { name, className, options };
    });
}

function row(room: string, call: Call, theirs: Arguments, lang: Language): string {
  const { name, className, options } = call;
  const shown = Object.entries(theirs).filter(([key]) => !common.has(key) && !isOffEverywhere(call, key));
  const keras = shown.map(([key, value]) => (value === null ? key : `${key}=${value}`)).join(", ");
  const [refused, own] = options ? comparison(shown, options, lang) : [[], undefined];
  const argument = own === undefined ? plainArgument(shown) : own.length > 0 ? `{ ${own.join(", ")} }` : "";
  const cells = [`${className}(${keras})`, `${room}.${name}(${argument})`].map(code);
  return `| ${cells.join(" | ")} | ${refused.join(", ")} |`;
}

const isOffEverywhere = ({ options }: Call, key: string): boolean =>
  everywhere.has(key) &&
  (!options || Object.entries(options).every(([name, { neutral }]) => plain(name) !== plain(key) || neutral));

/** Keras's options that are refused, and those that are taken, under our names. */
function comparison(
  theirs: readonly (readonly [string, string | null])[],
  options: Readonly<Record<string, Option>>,
  lang: Language,
): [string[], string[]] {
  const named = new Map(Object.keys(options).map((name) => [name.toLowerCase(), name]));
  const refused: string[] = [];
  for (const [key, value] of theirs) {
    const option = options[named.get(plain(key)) ?? ""];
    if (!option) refused.push(code(key));
    else if (option.neutral)
      refused.push(
        `${code(key)} (${words.only[lang]} ${code(value === "None" ? JSON.stringify(option.neutral[0]) : (value ?? ""))})`,
      );
  }
  const taken = Object.entries(options)
    .filter(([name, { neutral }]) => !common.has(name) && !neutral)
    .map(([name]) => name);
  const order = theirs.map(([key]) => plain(key));
  const placeOf = (name: string): number =>
    (order.indexOf(plain(name)) + order.length + 1) % (order.length + 1);
  return [refused, taken.sort((one, other) => placeOf(one) - placeOf(other))];
}

/** Functions whose argument is Keras's first one. */
const plainArgument = (theirs: readonly (readonly [string, string | null])[]): string =>
  theirs.length > 0 ? "…" : "";

const plain = (name: string): string => name.replaceAll("_", "").toLowerCase();
const code = (text: string): string => `\`${text.replaceAll("|", "\\|")}\``;
const list = (label: string, names: readonly string[]): string[] =>
  names.length > 0 ? ["", `${label}: ${names.map(code).join(", ")}.`] : [];
