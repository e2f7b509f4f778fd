import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./free-port.js";

const requireHere = createRequire(import.meta.url);

/** What s3rver takes as the only keys. */
export const s3Keys = { AWS_ACCESS_KEY_ID: "S3RVER", AWS_SECRET_ACCESS_KEY: "S3RVER" } as const;

/** A server that speaks S3 and checks signatures, from npm, with a bucket `sweeps`. Its files are below a folder. */
export async function startS3Server(
  folder: string,
): Promise<{ readonly endpoint: string; stop(): Promise<void> }> {
  // Another server that is running, with the same keys and an empty bucket `sweeps`.
  const other = process.env.TRAZO_TEST_S3;
  if (other !== undefined) return { endpoint: other, stop: async () => undefined };
  const port = await freePort();
  const program = requireHere.resolve("s3rver/bin/s3rver.js");
  const args = ["-d", folder, "-a", "127.0.0.1", "-p", String(port), "-s", "--configure-bucket", "sweeps"];
  const server: ChildProcess = spawn(process.execPath, [program, ...args], { stdio: "ignore" });
  const endpoint = `http://127.0.0.1:${port}`;
  for (let attempt = 0; !(await answers(endpoint)); attempt++) {
    if (attempt === 200) throw new Error("s3rver did not start within 20 seconds");
    await sleep(100);
  }
  return {
    endpoint,
    async stop() {
      server.kill();
      if (server.exitCode === null && server.signalCode === null) await once(server, "exit");
    },
  };
}

const answers = async (url: string): Promise<boolean> =>
  await fetch(url).then(
    () => true,
    () => false,
  );
