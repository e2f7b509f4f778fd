import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeTinyMnist } from "../../../cli/test/tiny-mnist.js";

const command = fileURLToPath(new URL("../../../cli/dist/main.js", import.meta.url));

interface Launched {
  readonly studio: ChildProcess;
  readonly address: string;
}

/** The studio as its command opens it, with few digits and one thread; runs go into the folder. */
export async function openStudioProcess(folder: string, digits: number, port = 0): Promise<Launched> {
  const data = join(folder, "data");
  await writeTinyMnist(data, digits, 1000);
  return await launchStudio(["--threads", "1", "--out", folder, "--data", data], port);
}

/** The studio as its command opens it, on a port, or any that is free. */
export async function launchStudio(options: readonly string[], port = 0): Promise<Launched> {
  const studio = spawn(process.execPath, [command, "studio", "--port", String(port), ...options], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const address = await new Promise<string>((resolve, reject) => {
    let said = "";
    studio.stdout?.on("data", (text) => {
      said += text;
      const [found] = /http:\/\/\S+/.exec(said) ?? [];
      if (found) resolve(found);
    });
    studio.on("exit", () => reject(new Error(`The studio ended. It said: ${said}`)));
  });
  return { studio, address };
}

/** Ends a studio, unless it has ended, and waits for that. */
export async function endStudio(
  studio: ChildProcess,
  signal: "SIGTERM" | "SIGKILL" = "SIGTERM",
): Promise<void> {
  if (studio.exitCode !== null || studio.signalCode !== null) return;
  const ended = once(studio, "exit");
  studio.kill(signal);
  await ended;
}
