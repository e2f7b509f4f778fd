import { platform } from "#platform";
import type { StateValue } from "../ports/state-folder.js";

export type { StateValue };

const magic = "TRAZO STATE 1\n";
const digestBytes = 32;
const alignment = 8;

/**
 * A state as bytes: a magic line, the length of the JSON, the JSON, the float32 arrays that it refers to, little-endian, and
 * the SHA-256 of everything before.
 */
export async function encodeState(state: StateValue): Promise<Uint8Array> {
  const arrays: Float32Array[] = [];
  const json = new TextEncoder().encode(JSON.stringify(outward(state, arrays)));
  const begin = aligned(magic.length + 4 + json.length);
  const total = arrays.reduce((sum, { byteLength }) => sum + byteLength, begin);
  const bytes = new Uint8Array(total + digestBytes);
  bytes.set(new TextEncoder().encode(magic));
  new DataView(bytes.buffer).setUint32(magic.length, json.length, true);
  bytes.set(json, magic.length + 4);
  let at = begin;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  bytes.set(await digestOf(bytes), total);
  return bytes;
}

/** The state in `bytes`, or undefined when they are not, or no longer, what `encodeState` gave. */
export async function decodeState(bytes: Uint8Array): Promise<StateValue | undefined> {
  if (!isState(bytes) || !(await isIntact(bytes))) return undefined;
  try {
    return decode(bytes);
  } catch {
    // Written by another program, with a valid checksum.
    return undefined;
  }
}

/** Whether bytes begin as a state does. */
export const isState = (bytes: Uint8Array): boolean =>
  String.fromCharCode(...bytes.subarray(0, magic.length)) === magic;

function decode(bytes: Uint8Array): StateValue {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const jsonBegin = magic.length + 4;
  const jsonLength = view.getUint32(magic.length, true);
  const json = new TextDecoder().decode(bytes.subarray(jsonBegin, jsonBegin + jsonLength));
  let at = aligned(jsonBegin + jsonLength);
  const end = bytes.length - digestBytes;
  return inward(JSON.parse(json), (length) => {
    if (!Number.isSafeInteger(length) || length < 0 || at + length * 4 > end) {
      throw new RangeError("An array goes beyond the state's end.");
    }
    const array = new Float32Array(length);
    new Uint8Array(array.buffer).set(bytes.subarray(at, at + length * 4));
    at += length * 4;
    return array;
  });
}

/** Whether nothing is missing or changed. */
export async function isIntact(bytes: Uint8Array): Promise<boolean> {
  if (bytes.length < magic.length + 4 + digestBytes) return false;
  const stored = bytes.subarray(bytes.length - digestBytes);
  const digest = await digestOf(bytes);
  return digest.every((byte, i) => byte === stored[i]);
}

const aligned = (length: number): number => Math.ceil(length / alignment) * alignment;

const digestOf = (bytes: Uint8Array): Promise<Uint8Array> =>
  platform.bytes.sha256(bytes.subarray(0, bytes.length - digestBytes));

/** JSON has no place for arrays of floats and for numbers that are not finite: they go as tagged lists. */
type Tagged = readonly ["array", length: number] | readonly ["number", string] | readonly ["list", unknown[]];

function outward(state: StateValue, arrays: Float32Array[]): unknown {
  if (state instanceof Float32Array) {
    arrays.push(state);
    return ["array", state.length] satisfies Tagged;
  }
  if (typeof state === "number" && (!Number.isFinite(state) || Object.is(state, -0))) {
    return ["number", Object.is(state, -0) ? "-0" : String(state)] satisfies Tagged;
  }
  if (Array.isArray(state)) return ["list", state.map((item) => outward(item, arrays))] satisfies Tagged;
  if (typeof state !== "object" || state === null) return state;
  return Object.fromEntries(Object.entries(state).map(([key, value]) => [key, outward(value, arrays)]));
}

function inward(json: unknown, nextArray: (length: number) => Float32Array): StateValue {
  if (Array.isArray(json)) {
    const tagged = json as unknown as Tagged;
    if (tagged[0] === "array") return nextArray(tagged[1]);
    if (tagged[0] === "number") return Number(tagged[1]);
    return tagged[1].map((item) => inward(item, nextArray));
  }
  if (typeof json !== "object" || json === null) return json as StateValue;
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, inward(value, nextArray)]));
}
