import {
  checkConfiguration,
  codeVersion,
  dataDigest,
  loadData,
  parseText,
  type RunJob,
  type RunRequest,
} from "@trazo/sweep";
import { drawShapes } from "../../../bench/pictures/shapes.js";
import { writeTinyMnist } from "../../cli/test/tiny-mnist.js";

/** Requests for short runs of a small network on a small data set in a folder. */
export async function tinyRequests(
  data: string,
  { seeds, epochs }: { readonly seeds: readonly number[]; readonly epochs: number },
): Promise<RunRequest[]> {
  await writeTinyMnist(data);
  const text = `{"data": {"source": ${JSON.stringify(data)}}, "network": ["flatten", {"type": "dense", "units": 10, "activation": "softmax"}], "epochs": ${epochs}, "batchSize": 32}`;
  const { configuration } = checkConfiguration(parseText(text, "tiny.json"));
  const digest = dataDigest(await loadData(configuration.data));
  return seeds.map((seed) => ({ configuration, seed, dataDigest: digest, codeVersion, threads: 1 }));
}

/** A request for a short run on pictures that are drawn into a folder. */
export async function pictureRequest(folder: string): Promise<RunRequest> {
  await drawShapes(folder, { perClass: 6, side: 16, classes: ["circle", "cross"] });
  const text = `{"data": {"images": ${JSON.stringify(folder)}, "size": 16}, "network": ["flatten", {"type": "dense", "units": 2, "activation": "softmax"}], "epochs": 1, "batchSize": 8}`;
  const { configuration } = checkConfiguration(parseText(text, "pictures.json"));
  const digest = dataDigest(await loadData(configuration.data));
  return { configuration, seed: 1, dataDigest: digest, codeVersion, threads: 1 };
}

export const jobsOf = (requests: readonly RunRequest[]): RunJob[] => requests.map((request) => ({ request }));
