import { appendFileSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { trazo, weightsDigest } from "../../cli/test/command.js";
import { writeTinyMnist } from "../../cli/test/tiny-mnist.js";
import { temporaryFolder } from "../../trazo/test/data/temporary-folder.js";

const { path } = temporaryFolder();
const train = (out: string, ...more: string[]): string[] => {
  const settings = ["--epochs", "2", "--batch-size", "64", "--threads", "1"];
  return ["train", "--data", path("tiny"), ...settings, "--out", path(out), ...more];
};

beforeAll(() => writeTinyMnist(path("tiny")));

describe("a folder that is not a run's", () => {
  const foreign = {
    "config.json": '{"my":"app"}',
    "state/app.ts": "precious",
    "events/handlers.ts": "precious",
  };

  it.each([
    ["with --fresh", foreign, ["--fresh"]],
    ["without it", { "history.csv": "mine", "best_model.h5": "mine" }, []],
  ])("keeps all its files: %s", async (name, files, more) => {
    const folder = path(`foreign ${name}`);
    for (const part of ["state", "events"]) mkdirSync(join(folder, part), { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
    const { code, stderr } = await trazo(train(`foreign ${name}`, ...more));
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^trazo: .* holds .*, but not of a Trazo run: a run would overwrite what is there\. /,
    );
    for (const [file, text] of Object.entries(files))
      expect(readFileSync(join(folder, file), "utf8")).toBe(text);
  });
});

describe("the folder of a run", () => {
  it("loses only what the run wrote with --fresh, and what a killed process left half-written", async () => {
    await trazo(train("own", "--epochs", "1"));
    const kept = ["notes.md", "state/notes.md", "events/train/notes.md"].map((file) => path(`own/${file}`));
    for (const file of kept) writeFileSync(file, "mine");
    writeFileSync(path("own/.best_model.h5.4194300.0123abcd.tmp"), "half");
    expect(await trazo(train("own", "--fresh"))).toMatchObject({ code: 0, stderr: "" });
    for (const file of kept) expect(readFileSync(file, "utf8")).toBe("mine");
    expect(readdirSync(path("own")).filter((name) => name.startsWith("."))).toEqual([]);
    expect(readdirSync(path("own/events/train"))).toHaveLength(2);
    expect(readFileSync(path("own/history.csv"), "utf8").trimEnd().split("\r\n")).toHaveLength(3);
  });

  it.each([
    ["a last line that was cut off", (file: string) => truncateSync(file, readFileSync(file).length - 20)],
    ["a line of nonsense", (file: string) => appendFileSync(file, "nonsense\n")],
  ])("is resumed from its state, which restores a log with %s", async (what, damage) => {
    await trazo(train(`whole ${what}`, "--epochs", "3"));
    await trazo(train(what));
    damage(path(`${what}/history.jsonl`));
    expect(await trazo(train(what, "--epochs", "3"))).toMatchObject({ code: 0, stderr: "" });
    const log = (folder: string): string => readFileSync(path(`${folder}/history.jsonl`), "utf8");
    expect(log(what)).toBe(log(`whole ${what}`));
    const best = (folder: string): Promise<string> => weightsDigest(path(`${folder}/best_model.h5`));
    expect(await best(what)).toBe(await best(`whole ${what}`));
  });
});
