import { opfs } from "trazo/web";
import type { KeptRun } from "../../lab/ports.js";
import { settingsIn } from "../../protocol/check.js";

const folder = "studio";
/** Most runs that the browser keeps: each takes some five megabytes. */
const most = 8;

/** Keeps a run in the browser's own files, on this device alone: what is known of it, then its weights one after another. */
export async function keepRun({ record, weights }: KeptRun): Promise<void> {
  const about = new TextEncoder().encode(
    JSON.stringify({ record, lengths: weights.map(({ length }) => length) }),
  );
  const padded = Math.ceil(about.length / 4) * 4;
  const bytes = new Uint8Array(4 + padded + weights.reduce((sum, { byteLength }) => sum + byteLength, 0));
  new DataView(bytes.buffer).setUint32(0, about.length, true);
  bytes.set(about, 4);
  let at = 4 + padded;
  for (const { buffer, byteOffset, byteLength } of weights) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  const files = opfs();
  await files.write(`${folder}/${Date.now()}-${record.id}.run`, bytes);
  const names = await ownFiles();
  for (const name of names.slice(0, -most)) await files.remove(name);
}

/** The runs that were kept, the oldest first. One that is damaged is removed. */
export async function keptRuns(): Promise<KeptRun[]> {
  const found: KeptRun[] = [];
  for (const name of await ownFiles().catch(() => [])) {
    try {
      found.push(runIn(await opfs().read(name)));
    } catch {
      await opfs().remove(name);
    }
  }
  return found;
}

const ownFiles = async (): Promise<string[]> =>
  (await opfs().list()).filter((name) => name.startsWith(`${folder}/`) && name.endsWith(".run"));

function runIn(bytes: Uint8Array<ArrayBuffer>): KeptRun {
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const { record, lengths } = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as {
    readonly record: KeptRun["record"];
    readonly lengths: readonly number[];
  };
  let at = 4 + Math.ceil(length / 4) * 4;
  const weights = lengths.map((count) => {
    const values = new Float32Array(bytes.buffer, at, count).slice();
    at += 4 * count;
    return values;
  });
  return { record: { ...record, settings: settingsIn(record.settings) }, weights };
}
