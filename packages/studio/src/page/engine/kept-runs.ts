import type { KeptRun } from "../../lab/ports.js";
import { settingsIn } from "../../protocol/check.js";
import { ownFiles } from "./own-files.js";
import { packed, unpacked } from "./packed.js";

const folder = "studio";
/** Most runs that the browser keeps: each takes some five megabytes. */
const most = 8;

/** Keeps a run in the browser's own files, on this device alone. */
export async function keepRun({ record, weights }: KeptRun): Promise<void> {
  const files = ownFiles();
  await files.write(`${folder}/${Date.now()}-${record.id}.run`, packed({ record }, weights));
  const kept = await names();
  for (const name of kept.slice(0, -most)) await files.remove(name);
}

/** The runs that were kept, the oldest first. One that is damaged is removed. */
export async function keptRuns(): Promise<KeptRun[]> {
  const found: KeptRun[] = [];
  for (const name of await names().catch(() => [])) {
    try {
      found.push(runIn(await ownFiles().read(name)));
    } catch {
      await ownFiles().remove(name);
    }
  }
  return found;
}

const names = async (): Promise<string[]> =>
  (await ownFiles().list()).filter((name) => name.startsWith(`${folder}/`) && name.endsWith(".run"));

function runIn(bytes: Uint8Array<ArrayBuffer>): KeptRun {
  const { about, weights } = unpacked(bytes);
  const record = about.record as KeptRun["record"];
  return { record: { ...record, settings: settingsIn(record.settings) }, weights };
}
