import type { Tensor } from "../../tensor.js";
import { koffi } from "./koffi.js";
import { loadOrtFunctions, type OrtFunctions, type Pointer, pointer } from "./ort-functions.js";
import { type OrtTensors, ortTensors } from "./ort-tensors.js";
import { type Provider, providerSettings } from "./providers.js";

export interface SessionSettings {
  /** Default: the processor. */
  readonly provider?: Provider | undefined;
  /** Threads within one operator. */
  readonly threads: number;
  /** Further settings by the names of onnxruntime_session_options_config_keys.h. */
  readonly config: Readonly<Record<string, string>>;
}

/** Graphs made ready to run, each known by its address. */
export interface OrtSessions {
  createSession(model: Uint8Array, settings: SessionSettings): Pointer;
  releaseSession(session: Pointer): void;
  inputNames(session: Pointer): string[];
  outputNames(session: Pointer): string[];
}

/** Which memory a session reads and writes, and the runs over it. */
export interface OrtBindings {
  createBinding(session: Pointer): Pointer;
  releaseBinding(binding: Pointer): void;
  /** ONNX Runtime keeps the address of the tensor's data, which therefore must outlive the binding. */
  bindInput(binding: Pointer, name: string, tensor: Tensor): void;
  bindOutput(binding: Pointer, name: string, tensor: Tensor): void;
  /** An output that the library allocates. Say it before every run: else the last run's memory would be written again. */
  bindNewOutput(binding: Pointer, name: string, memory?: Pointer): void;
  /** Binds a value of the library's, wherever it is. */
  bindValue(binding: Pointer, name: string, value: Pointer): void;
  /** What the last run gave, in the order in which outputs were bound: the caller's to release. */
  outputValues(binding: Pointer): Pointer[];
  releaseValue(value: Pointer): void;
  clearBindings(binding: Pointer): void;
  run(session: Pointer, binding: Pointer): void;
  /** The same in a thread of its own: JavaScript continues meanwhile. */
  runInBackground(session: Pointer, binding: Pointer): Promise<void>;
  /** A copy of what the outputs of the last run hold, at the positions asked for, in the order in which they were bound. */
  readOutputs(binding: Pointer, positions: readonly number[]): Tensor[];
}

/**
 * What running a graph takes of ONNX Runtime's C interface. Failures of the library come as exceptions with its own message.
 */
export interface OrtApi extends OrtSessions, OrtBindings {
  readonly version: string;
  readonly library: object;
  /** The memory of a device, by the name that the library has for it. */
  memoryNamed(name: string): Pointer;
  /** A copy of a value that is in the process's own memory. */
  copyOf(value: Pointer): Tensor;
  typeOf(value: Pointer): Pick<Tensor, "dtype" | "shape">;
}

const logFatalOnly = 4;
const allOptimizations = 99;
const deviceAllocator = 0;
const arenaAllocator = 1;
const defaultMemory = 0;

/**
 * ONNX Runtime without its JavaScript binding, which copies every output once more and can only compute within the event
 * loop's turn (microsoft/onnxruntime issue 19611). Called directly, outputs are written where they are wanted, by a thread
 * other than JavaScript's if need be.
 *
 * @throws Error where there is no library for this platform, or it cannot be called
 */
export function loadOrtApi(): OrtApi {
  const functions = loadOrtFunctions();
  const { version, library, giving } = functions;
  const memory = giving<Pointer>("createCpuMemoryInfo", pointer, "int", "int")(arenaAllocator, defaultMemory);
  const allocator = giving<Pointer>("getAllocatorWithDefaultOptions", pointer)();
  const tensors = ortTensors(functions, memory);
  const memoryInfo = giving<Pointer>("createMemoryInfo", pointer, "const char *", "int", "int", "int");
  return {
    version,
    library,
    memoryNamed: (name) => memoryInfo(name, deviceAllocator, 0, defaultMemory),
    copyOf: tensors.copyOf,
    typeOf: tensors.typeOf,
    ...ortSessions(functions, allocator),
    ...ortBindings(functions, tensors, memory, allocator),
  };
}

function ortSessions(functions: OrtFunctions, allocator: Pointer): OrtSessions {
  const { plain, checked, giving } = functions;
  // One environment serves every session for as long as the process lives.
  const env = giving<Pointer>("createEnv", pointer, "int", "const char *")(logFatalOnly, "trazo");
  const createOptions = giving<Pointer>("createSessionOptions", pointer);
  const setOptimization = checked("setSessionGraphOptimizationLevel", pointer, "int");
  const setIntraOpThreads = checked("setIntraOpNumThreads", pointer, "int");
  const setInterOpThreads = checked("setInterOpNumThreads", pointer, "int");
  const addConfig = checked("addSessionConfigEntry", pointer, "const char *", "const char *");
  const releaseOptions = plain("releaseSessionOptions", "void", pointer);
  const createSession = giving<Pointer>(
    "createSessionFromArray",
    pointer,
    pointer,
    pointer,
    "size_t",
    pointer,
  );
  const releaseSession = plain("releaseSession", "void", pointer);
  const free = checked("allocatorFree", pointer, pointer);

  const append = providerSettings(functions);

  const lister = (kind: "Input" | "Output") => {
    const count = giving<number>(`sessionGet${kind}Count`, "size_t", pointer);
    const name = giving<Pointer>(`sessionGet${kind}Name`, pointer, pointer, "size_t", pointer);
    return (session: Pointer): string[] =>
      Array.from({ length: Number(count(session)) }, (_, i) => {
        const text = name(session, i, allocator);
        const decoded = koffi.decode.string(text);
        free(allocator, text);
        return decoded;
      });
  };

  return {
    createSession(model, { threads, config, provider }) {
      const options = createOptions();
      try {
        if (provider) append[provider](options);
        setIntraOpThreads(options, threads);
        setInterOpThreads(options, 1);
        setOptimization(options, allOptimizations);
        for (const [key, value] of Object.entries(config)) addConfig(options, key, value);
        return createSession(env, model, model.byteLength, options);
      } finally {
        releaseOptions(options);
      }
    },
    releaseSession: (session) => void releaseSession(session),
    inputNames: lister("Input"),
    outputNames: lister("Output"),
  };
}

function ortBindings(
  { plain, checked, giving, check }: OrtFunctions,
  { withValue, copyOf }: OrtTensors,
  memory: Pointer,
  allocator: Pointer,
): OrtBindings {
  const createBinding = giving<Pointer>("createIoBinding", pointer, pointer);
  const releaseBinding = plain("releaseIoBinding", "void", pointer);
  const bindInput = checked("bindInput", pointer, "const char *", pointer);
  const bindOutput = checked("bindOutput", pointer, "const char *", pointer);
  const bindNewOutput = checked("bindOutputToDevice", pointer, "const char *", pointer);
  const runOptions = giving<Pointer>("createRunOptions", pointer)();
  const run = plain("runWithBinding", pointer, pointer, pointer, pointer);
  const receiving = (type: string) => koffi.out(koffi.pointer(type));
  const values = checked("getBoundOutputValues", pointer, pointer, receiving(pointer), receiving("size_t"));
  const releaseValue = plain("releaseValue", "void", pointer);
  const clearInputs = plain("clearBoundInputs", "void", pointer);
  const clearOutputs = plain("clearBoundOutputs", "void", pointer);
  const free = checked("allocatorFree", pointer, pointer);

  function boundValues(binding: Pointer): Pointer[] {
    const list: [Pointer | null] = [null];
    const count: [number] = [0];
    values(binding, allocator, list, count);
    const address = list[0] as Pointer;
    const found = koffi.decode(address, pointer, Number(count[0])) as Pointer[];
    free(allocator, address);
    return found;
  }

  return {
    createBinding: (session) => createBinding(session),
    releaseBinding: (binding) => void releaseBinding(binding),
    bindInput: (binding, name, tensor) => withValue(tensor, (value) => bindInput(binding, name, value)),
    bindOutput: (binding, name, tensor) => withValue(tensor, (value) => bindOutput(binding, name, value)),
    bindNewOutput: (binding, name, where = memory) => bindNewOutput(binding, name, where),
    bindValue: (binding, name, value) => bindInput(binding, name, value),
    outputValues: boundValues,
    releaseValue: (value) => void releaseValue(value),
    clearBindings(binding) {
      clearInputs(binding);
      clearOutputs(binding);
    },
    run: (session, binding) => check(run(session, runOptions, binding)),
    runInBackground: (session, binding) =>
      new Promise((resolve, reject) => {
        run.async(session, runOptions, binding, (failure: Error | null, status: unknown) => {
          try {
            if (failure) throw failure;
            check(status);
            resolve();
          } catch (error) {
            reject(error);
          }
        });
      }),
    readOutputs(binding, positions) {
      const bound = boundValues(binding);
      try {
        return positions.map((at) => copyOf(bound[at] as Pointer));
      } finally {
        for (const value of bound) releaseValue(value);
      }
    },
  };
}
