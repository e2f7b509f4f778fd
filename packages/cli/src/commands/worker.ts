import type { Language } from "@trazo/practice";
import type { Command } from "commander";
import { Option } from "commander";
import { queueOption, saveEveryOption, somePath, upTo, whole } from "../options.js";
import type { CliText } from "../text/index.js";
import { runWorker, type WorkerFlags } from "../worker.js";

export function configure(command: Command, text: CliText, language: Language): void {
  const { options } = text;
  command
    .addOption(queueOption(text).makeOptionMandatory())
    .addOption(new Option("--name <name>", options.queueName).argParser(somePath(text)).default("runs"))
    .addOption(new Option("--runs <dir>", options.workerRuns).argParser(somePath(text)).default("runs/sweep"))
    .addOption(new Option("--store <place>", options.store).argParser(somePath(text)))
    .option("--at-once <n>", options.atOnce, upTo(text, 1024))
    .addOption(saveEveryOption(text))
    .option("--store-every <seconds>", options.storeEvery, whole(text, 1), 300)
    .option("--heartbeat <seconds>", options.heartbeat, whole(text, 1), 30)
    .option("--metrics-port <n>", options.metricsPort, upTo(text, 65_535, 0))
    .option("--metrics-host <address>", options.metricsHost, "127.0.0.1")
    .action((flags: WorkerFlags) => runWorker(flags, { text, language }));
}
