import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import koffi from "koffi";
import type { DType, Tensor, TypedArrayOf } from "../tensor.js";

/** An address in the process; ONNX Runtime's objects are known by theirs. */
export type Pointer = bigint;

export interface SessionSettings {
  /** Threads within one operator. */
  readonly threads: number;
  /** Further settings by the names of onnxruntime_session_options_config_keys.h. */
  readonly config: Readonly<Record<string, string>>;
}

/**
 * The functions of ONNX Runtime's C interface that running a graph takes. Failures of the library come as exceptions with
 * its own message.
 */
export interface OrtApi {
  readonly version: string;
  /** Held on to, because koffi unloads a library that nobody holds. */
  readonly library: object;
  createSession(model: Uint8Array, settings: SessionSettings): Pointer;
  releaseSession(session: Pointer): void;
  inputNames(session: Pointer): string[];
  outputNames(session: Pointer): string[];
  createBinding(session: Pointer): Pointer;
  releaseBinding(binding: Pointer): void;
  /** ONNX Runtime keeps the address of the tensor's data, which therefore must outlive the binding. */
  bindInput(binding: Pointer, name: string, tensor: Tensor): void;
  bindOutput(binding: Pointer, name: string, tensor: Tensor): void;
  /** An output that the library allocates. Say it before every run: else the last run's memory would be written again. */
  bindNewOutput(binding: Pointer, name: string): void;
  run(session: Pointer, binding: Pointer): void;
  /** The same in a thread of its own: JavaScript goes on meanwhile. */
  runBeside(session: Pointer, binding: Pointer): Promise<void>;
  /** A copy of what the outputs of the last run hold, at the positions asked for, in the order in which they were bound. */
  readOutputs(binding: Pointer, positions: readonly number[]): Tensor[];
}

/** Versions of the interface are numbered; functions are only ever added, so any library from this one on serves. */
const apiVersion = 17;

/** Where each function stands in the table `OrtApi` of onnxruntime_c_api.h, which only ever grows at its end. */
const position = {
  getErrorMessage: 2,
  createEnv: 3,
  createSessionFromArray: 8,
  createSessionOptions: 10,
  setSessionGraphOptimizationLevel: 23,
  setIntraOpNumThreads: 24,
  setInterOpNumThreads: 25,
  sessionGetInputCount: 30,
  sessionGetOutputCount: 31,
  sessionGetInputName: 36,
  sessionGetOutputName: 37,
  createRunOptions: 39,
  createTensorWithDataAsOrtValue: 49,
  getTensorMutableData: 51,
  getTensorElementType: 60,
  getDimensionsCount: 61,
  getDimensions: 62,
  getTensorTypeAndShape: 65,
  createCpuMemoryInfo: 69,
  allocatorFree: 76,
  getAllocatorWithDefaultOptions: 78,
  releaseStatus: 93,
  releaseSession: 95,
  releaseValue: 96,
  releaseTensorTypeAndShapeInfo: 99,
  releaseSessionOptions: 100,
  addSessionConfigEntry: 130,
  runWithBinding: 133,
  createIoBinding: 134,
  releaseIoBinding: 135,
  bindInput: 136,
  bindOutput: 137,
  bindOutputToDevice: 138,
  getBoundOutputValues: 140,
} as const;

/** ONNXTensorElementDataType. */
const elementTypes: Readonly<Record<DType, number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
};

const logFatalOnly = 4;
const allOptimizations = 99;
const arenaAllocator = 1;
const defaultMemory = 0;

/** Operators keep scratch memory on the stack, more than koffi gives calls beside the main thread by default. */
const stackBytes = 8 * 2 ** 20;

const pointer = "void *";

/**
 * Loads the library that comes with onnxruntime-node. Its own JavaScript binding copies every output once more and can only
 * compute within the event loop's turn (microsoft/onnxruntime issue 19611); called directly, outputs are written where they
 * are wanted, by a thread beside JavaScript's if need be.
 *
 * @throws Error where there is no such library, or it cannot be called
 */
export function loadOrtApi(): OrtApi {
  koffi.config({ async_stack_size: stackBytes });
  const library = koffi.load(libraryPath());
  const base = library.func("OrtGetApiBase", pointer, [])() as Pointer;
  const getApi = functionAt(base, 0, pointer, ["uint32_t"]);
  const getVersion = functionAt(base, 1, "const char *", []);
  const table = getApi(apiVersion) as Pointer | null;
  const version = getVersion() as string;
  if (!table)
    throw new Error(`ONNX Runtime ${version} does not know version ${apiVersion} of its C interface`);
  return { ...bindApi(table), version, library };
}

function libraryPath(): string {
  const root = dirname(createRequire(import.meta.url).resolve("onnxruntime-node/package.json"));
  const folder = join(root, "bin", "napi-v6", process.platform, process.arch);
  const names = ["libonnxruntime.so.1", "libonnxruntime.1.dylib", "onnxruntime.dll"];
  const path = names.map((name) => join(folder, name)).find(existsSync);
  if (!path) throw new Error(`onnxruntime-node has no library for ${process.platform}-${process.arch}`);
  return path;
}

type NativeFunction = ((...args: unknown[]) => unknown) & {
  async(...args: unknown[]): void;
};

function functionAt(table: Pointer, index: number, result: string, parameters: readonly NativeType[]) {
  const address = koffi.decode(table, index * koffi.sizeof(pointer), pointer);
  return koffi.decode(address, koffi.proto(result, [...parameters])) as NativeFunction;
}

type NativeType = Parameters<typeof koffi.sizeof>[0];

function bindApi(table: Pointer): Omit<OrtApi, "version" | "library"> {
  type Name = keyof typeof position;
  const plain = (name: Name, result: string, ...parameters: string[]) =>
    functionAt(table, position[name], result, parameters);
  const errorMessage = plain("getErrorMessage", "const char *", pointer);
  const releaseStatus = plain("releaseStatus", "void", pointer);

  const check = (status: unknown): void => {
    if (!status) return;
    const message = errorMessage(status) as string;
    releaseStatus(status);
    throw new Error(message);
  };
  /** A function that returns a status. */
  const checked = (name: Name, ...parameters: string[]) => {
    const call = plain(name, pointer, ...parameters);
    return (...args: unknown[]): void => check(call(...args));
  };
  /** One whose last parameter receives a result. */
  const giving = <T>(name: Name, type: string, ...parameters: string[]) => {
    const call = functionAt(table, position[name], pointer, [...parameters, koffi.out(koffi.pointer(type))]);
    return (...args: unknown[]): T => {
      const result: [T | null] = [null];
      check(call(...args, result));
      return result[0] as T;
    };
  };

  const createEnv = giving<Pointer>("createEnv", pointer, "int", "const char *");
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
  const inputCount = giving<number>("sessionGetInputCount", "size_t", pointer);
  const outputCount = giving<number>("sessionGetOutputCount", "size_t", pointer);
  const inputName = giving<Pointer>("sessionGetInputName", pointer, pointer, "size_t", pointer);
  const outputName = giving<Pointer>("sessionGetOutputName", pointer, pointer, "size_t", pointer);
  const free = checked("allocatorFree", pointer, pointer);
  const createBinding = giving<Pointer>("createIoBinding", pointer, pointer);
  const releaseBinding = plain("releaseIoBinding", "void", pointer);
  const bindInput = checked("bindInput", pointer, "const char *", pointer);
  const bindOutput = checked("bindOutput", pointer, "const char *", pointer);
  const bindNewOutput = checked("bindOutputToDevice", pointer, "const char *", pointer);
  const run = plain("runWithBinding", pointer, pointer, pointer, pointer);
  const createValue = giving<Pointer>(
    "createTensorWithDataAsOrtValue",
    pointer,
    ...[pointer, pointer, "size_t", "int64_t *", "size_t", "int"],
  );
  const releaseValue = plain("releaseValue", "void", pointer);
  const valueData = giving<Pointer>("getTensorMutableData", pointer, pointer);
  const typeAndShape = giving<Pointer>("getTensorTypeAndShape", pointer, pointer);
  const elementType = giving<number>("getTensorElementType", "int", pointer);
  const dimensionCount = giving<number>("getDimensionsCount", "size_t", pointer);
  const dimensions = checked("getDimensions", pointer, pointer, "size_t");
  const releaseTypeAndShape = plain("releaseTensorTypeAndShapeInfo", "void", pointer);
  const boundValues = functionAt(table, position.getBoundOutputValues, pointer, [
    pointer,
    pointer,
    koffi.out(koffi.pointer(pointer)),
    koffi.out(koffi.pointer("size_t")),
  ]);

  // One environment and one set of run options serve every session for as long as the process lives.
  const env = createEnv(logFatalOnly, "trazo");
  const runOptions = giving<Pointer>("createRunOptions", pointer)();
  const memory = giving<Pointer>("createCpuMemoryInfo", pointer, "int", "int")(arenaAllocator, defaultMemory);
  const allocator = giving<Pointer>("getAllocatorWithDefaultOptions", pointer)();

  function names(session: Pointer, count: typeof inputCount, name: typeof inputName): string[] {
    return Array.from({ length: Number(count(session)) }, (_, i) => {
      const text = name(session, i, allocator);
      const decoded = koffi.decode.string(text);
      free(allocator, text);
      return decoded;
    });
  }

  function withValue({ dtype, shape, data }: Tensor, use: (value: Pointer) => void): void {
    const sizes = BigInt64Array.from(shape, BigInt);
    const type = elementTypes[dtype];
    const value = createValue(memory, data, data.byteLength, sizes, sizes.length, type);
    try {
      use(value);
    } finally {
      releaseValue(value);
    }
  }

  function copyOf(value: Pointer): Tensor {
    const info = typeAndShape(value);
    try {
      const sizes = new BigInt64Array(Number(dimensionCount(info)));
      dimensions(info, sizes, sizes.length);
      const shape = Array.from(sizes, Number);
      const number = elementType(info);
      const [dtype] = Object.entries(elementTypes).find(([, type]) => type === number) ?? [];
      if (!dtype) throw new Error(`An output has an element type (number ${number}) that is not supported.`);
      const data = copyData(
        dtype as DType,
        shape.reduce((a, b) => a * b, 1),
        () => valueData(value),
      );
      return { dtype: dtype as DType, shape, data };
    } finally {
      releaseTypeAndShape(info);
    }
  }

  return {
    createSession(model, { threads, config }) {
      const options = createOptions();
      try {
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
    inputNames: (session) => names(session, inputCount, inputName),
    outputNames: (session) => names(session, outputCount, outputName),
    createBinding: (session) => createBinding(session),
    releaseBinding: (binding) => void releaseBinding(binding),
    bindInput: (binding, name, tensor) => withValue(tensor, (value) => bindInput(binding, name, value)),
    bindOutput: (binding, name, tensor) => withValue(tensor, (value) => bindOutput(binding, name, value)),
    bindNewOutput: (binding, name) => bindNewOutput(binding, name, memory),
    run: (session, binding) => check(run(session, runOptions, binding)),
    runBeside: (session, binding) =>
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
      const array: [Pointer | null] = [null];
      const count: [number] = [0];
      check(boundValues(binding, allocator, array, count));
      const address = array[0] as Pointer;
      const values = koffi.decode(address, pointer, Number(count[0])) as Pointer[];
      free(allocator, address);
      try {
        return positions.map((at) => copyOf(values[at] as Pointer));
      } finally {
        for (const value of values) releaseValue(value);
      }
    },
  };
}

const arrays: {
  readonly [D in DType]: {
    new (buffer: ArrayBuffer, byteOffset: number, length: number): TypedArrayOf[D];
    readonly BYTES_PER_ELEMENT: number;
  };
} = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};

function copyData(dtype: DType, length: number, address: () => Pointer): Tensor["data"] {
  const Data = arrays[dtype];
  // Nothing has no address.
  if (length === 0) return new Data(new ArrayBuffer(0), 0, 0);
  const bytes = koffi.decode(
    address(),
    "uint8_t",
    length * Data.BYTES_PER_ELEMENT,
  ) as Uint8Array<ArrayBuffer>;
  return new Data(bytes.buffer, bytes.byteOffset, length);
}
