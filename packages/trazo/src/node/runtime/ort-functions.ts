import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { koffi } from "./koffi.js";

/** An address in the process; ONNX Runtime's objects are known by theirs. */
export type Pointer = bigint;

export const pointer = "void *";

type NativeType = Parameters<typeof koffi.sizeof>[0];
type NativeFunction = ((...args: unknown[]) => unknown) & { async(...args: unknown[]): void };

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
  createMemoryInfo: 68,
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
  clearBoundInputs: 141,
  clearBoundOutputs: 142,
  appendCuda: 204,
  createCudaOptions: 205,
  updateCudaOptions: 206,
  releaseCudaOptions: 208,
  appendProvider: 216,
} as const;

type Name = keyof typeof position;

/** The library's functions by name, in the three kinds that it has. */
export interface OrtFunctions {
  readonly version: string;
  /** Held on to, because koffi unloads a library without references. */
  readonly library: object;
  /** One that cannot fail. */
  plain(name: Name, result: NativeType, ...parameters: NativeType[]): NativeFunction;
  /** One that returns a status: calls throw what it says went wrong. */
  checked(name: Name, ...parameters: NativeType[]): (...args: unknown[]) => void;
  /** One whose last parameter, of type `type`, receives a result besides. */
  giving<T>(name: Name, type: NativeType, ...parameters: NativeType[]): (...args: unknown[]) => T;
  /** @throws Error with the message of a status, where there is one */
  check(status: unknown): void;
}

/** Operators keep scratch memory on the stack, more than koffi gives calls outside the main thread by default. */
const stackBytes = 8 * 2 ** 20;

const asyncStack = (): number => (koffi.config() as { async_stack_size: number }).async_stack_size;

/** koffi refuses settings once anything in the process has loaded a library through it. Runs on the main thread do without. */
function makeRoomOnStack(): void {
  if (asyncStack() >= stackBytes) return;
  try {
    koffi.config({ async_stack_size: stackBytes });
  } catch {
    // `requireStackForAsync` says so where it matters.
  }
}

/** @throws Error when runs outside the main thread would not have the stack that they need */
export function requireStackForAsync(): void {
  const found = asyncStack();
  if (found >= stackBytes) return;
  throw new Error(
    `another part of this program loaded a library through koffi before, which leaves only ${found} bytes of stack to runs in the ` +
      "background: create the runtime first, or do without background",
  );
}

/**
 * Loads ONNX Runtime's library.
 *
 * @throws Error where there is none for this platform, or it cannot be called
 */
export function loadOrtFunctions(): OrtFunctions {
  makeRoomOnStack();
  const library = koffi.load(libraryPath());
  const base = library.func("OrtGetApiBase", pointer, [])() as Pointer;
  const getApi = functionAt(base, 0, pointer, ["uint32_t"]);
  const version = functionAt(base, 1, "const char *", [])() as string;
  const table = getApi(apiVersion) as Pointer | null;
  if (!table)
    throw new Error(`ONNX Runtime ${version} does not know version ${apiVersion} of its C interface`);
  return { version, library, ...functionsOf(table) };
}

const libraryNames = ["libonnxruntime.so.1", "libonnxruntime.1.dylib", "onnxruntime.dll"];
const supportedPlatforms = "linux-x64, linux-arm64, darwin-arm64, win32-x64, win32-arm64";

/** The library of the package onnxruntime-node where it is installed, as in a checkout; else the one that the packed library carries. */
function libraryPath(): string {
  const platform = `${process.platform}-${process.arch}`;
  const carried = join(dirname(packageFile("trazo")), "ort", platform);
  const paths = [...foldersOfOnnxruntimeNode(), carried].flatMap((folder) =>
    libraryNames.map((name) => join(folder, name)),
  );
  const path = paths.find(existsSync);
  if (!path)
    throw new Error(`there is no ONNX Runtime library for ${platform}; supported: ${supportedPlatforms}`);
  return path;
}

/** @throws an error when it is not installed */
const packageFile = (name: string): string => createRequire(import.meta.url).resolve(`${name}/package.json`);

function foldersOfOnnxruntimeNode(): string[] {
  try {
    const root = dirname(packageFile("onnxruntime-node"));
    return [join(root, "bin", "napi-v6", process.platform, process.arch)];
  } catch {
    return [];
  }
}

function functionAt(table: Pointer, index: number, result: NativeType, parameters: NativeType[]) {
  const address = koffi.decode(table, index * koffi.sizeof(pointer), pointer);
  return koffi.decode(address, koffi.proto(result, parameters)) as NativeFunction;
}

function functionsOf(table: Pointer): Omit<OrtFunctions, "version" | "library"> {
  const plain: OrtFunctions["plain"] = (name, result, ...parameters) =>
    functionAt(table, position[name], result, parameters);
  const errorMessage = plain("getErrorMessage", "const char *", pointer);
  const releaseStatus = plain("releaseStatus", "void", pointer);

  const check = (status: unknown): void => {
    if (!status) return;
    const message = errorMessage(status) as string;
    releaseStatus(status);
    throw new Error(message);
  };
  return {
    plain,
    check,
    checked(name, ...parameters) {
      const call = plain(name, pointer, ...parameters);
      return (...args) => check(call(...args));
    },
    giving<T>(name: Name, type: NativeType, ...parameters: NativeType[]) {
      const call = plain(name, pointer, ...parameters, koffi.out(koffi.pointer(type)));
      return (...args: unknown[]): T => {
        const result: [T | null] = [null];
        check(call(...args, result));
        return result[0] as T;
      };
    },
  };
}
