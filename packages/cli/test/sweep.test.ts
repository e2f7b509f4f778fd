import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../trazo/test/data/temporary-folder.js";
import { shortRun, trazo, weightsDigest } from "./command.js";

const { path } = temporaryFolder();

const sweep = `run: run.yaml
space: { optimizer.learningRate: [0.001, 0.1] }
seeds: 3
parallel: 2
threads: 1
`;

const onlyFailure = (folder: string): string => {
  const [found = ""] = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith("failure.json"),
  );
  return join(folder, found);
};

beforeAll(() => {
  writeFileSync(path("a-file"), "");
  writeFileSync(path("run.yaml"), shortRun(2));
  writeFileSync(path("sweep.yaml"), sweep);
});

describe("a folder in which nothing can be written", () => {
  it.each([
    ["--out", "a-file", ["sweep", "sweep.yaml"]],
    ["--out", "a-file/runs", ["practice", "--only", "base", "--epochs", "1", "--seeds", "2"]],
    ["--runs", "a-file", ["worker", "--queue", "redis://127.0.0.1:9"]],
  ])("is told before anything is trained, with what to do: %s %s", async (option, name, command) => {
    const folder = path(name);
    const given = command.map((word) => (word === "sweep.yaml" ? path(word) : word));
    const args = [...given, option, folder];
    expect(await trazo(args)).toMatchObject({
      code: 1,
      stderr: `trazo: Runs cannot be kept in ${folder}: no file can be written there. Choose another folder with ${option}.\n`,
    });
  });
});

describe("trazo train --config", () => {
  it("trains what the file says, and a second time only reads it", async () => {
    const args = [
      "train",
      "--config",
      path("run.yaml"),
      "--set",
      "optimizer.learningRate=0.2",
      "--threads",
      "1",
    ];
    const first = await trazo([...args, "--out", path("run")]);
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.stdout).toMatch(/Best: epoch [12], val_accuracy .*\nTest loss: .*\nTest accuracy: .* %/s);
    const { configuration, seed } = JSON.parse(readFileSync(path("run/request.json"), "utf8"));
    expect(configuration).toMatchObject({ epochs: 2, optimizer: { type: "sgd", learningRate: 0.2 } });
    expect(seed).toBe(42);
    const second = await trazo([...args, "--out", path("run")]);
    expect(second.stdout).not.toContain("Epoch 1/2");
    expect(second.stdout.split("Best")[1]).toBe(first.stdout.split("Best")[1]);
  });

  it("says what is wrong in the file, and where", async () => {
    writeFileSync(path("wrong.yaml"), "epochs: 2\noptimizer:\n  type: adam\n  learningRate: fast\n");
    expect(await trazo(["train", "--config", path("wrong.yaml")])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /wrong.yaml, line 4: optimizer.learningRate must be a finite number of at least 0, or a schedule, but got "fast"/,
      ),
    });
  });
});

describe("trazo sweep", () => {
  it("resumes after it was killed, and ends as if it had not been: a table, a report, the same bytes", async () => {
    const killed = await trazo(["sweep", path("sweep.yaml"), "--out", path("killed")], (stdout, kill) => {
      if (stdout.includes("[1/6]")) kill("SIGKILL");
    });
    expect(killed.code).toBe(null);
    expect(existsSync(path("killed/report.html"))).toBe(false);
    const [whole, resumed] = [
      await trazo(["sweep", path("sweep.yaml"), "--out", path("whole")]),
      await trazo(["sweep", path("sweep.yaml"), "--out", path("killed")]),
    ];
    for (const { code, stderr, stdout } of [whole, resumed]) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toContain("[6/6]");
      expect(stdout).toMatch(/learningRate=0.1 +3\/3 /);
    }
    const csv = (name: string): string[][] =>
      readFileSync(path(`${name}/runs.csv`), "utf8")
        .trim()
        .split("\n")
        .map((line) => line.split(","));
    expect(csv("killed").map((line) => line.slice(0, -1))).toEqual(
      csv("whole").map((line) => line.slice(0, -1)),
    );
    for (const [i, line] of csv("whole").entries()) {
      if (i === 0) continue;
      const [one, other] = await Promise.all(
        [line.at(-1), csv("killed")[i]?.at(-1)].map((folder) => weightsDigest(`${folder}/best_model.h5`)),
      );
      expect(one).toBe(other);
    }
    expect(readFileSync(path("whole/report.html"), "utf8")).toContain("Which differences are real");
  });

  it("says what failed, remembers it, and tries it again when it is asked to", async () => {
    writeFileSync(
      path("failing.yaml"),
      `run: run.yaml
variants:
  small: {}
  "too large": { network.0: { type: conv2d, filters: 2, kernelSize: 60 } }
parallel: 1
threads: 1
`,
    );
    const args = ["sweep", path("failing.yaml"), "--out", path("failing")];
    const first = await trazo(args);
    expect(first).toMatchObject({ code: 1, stderr: "" });
    const failed = /too large, seed 42: failed \((.+)\)/;
    const [, reason] = failed.exec(first.stdout) ?? [];
    expect(reason).toBeTruthy();
    const hint = `One run failed; it is not tried again unless you ask for it: npx trazo ${args.join(" ")} --retry-failed`;
    expect(first.stdout).toContain(hint);
    const failure = (): string => readFileSync(onlyFailure(path("failing")), "utf8");
    const remembered = failure();

    const second = await trazo(args);
    expect(second).toMatchObject({ code: 1, stderr: "" });
    expect(failed.exec(second.stdout)?.[1]).toBe(reason);
    expect(second.stdout).toContain(hint);
    expect(failure()).toBe(remembered);

    const third = await trazo([...args, "--retry-failed"]);
    expect(third.stdout).toContain(hint);
    expect(failure()).not.toBe(remembered);
  });

  it("says in Spanish why a run failed, in the terminal and in the report", async () => {
    writeFileSync(
      path("fallo.yaml"),
      "run: run.yaml\nvariants: { pocas: { network.2.units: 7 } }\nparallel: 1\nthreads: 1\n",
    );
    const { code, stdout } = await trazo([
      "sweep",
      path("fallo.yaml"),
      "--out",
      path("fallo"),
      "--lang",
      "es",
    ]);
    expect(code).toBe(1);
    const reason = "los datos tienen 10 clases; la red, 7.";
    expect(stdout).toMatch(new RegExp(`pocas, semilla 42: fallido \\(.+: ${reason}\\)`));
    expect(readFileSync(path("fallo/report.html"), "utf8")).toContain(reason);
  });

  it("stops cleanly at Ctrl-C, with everything saved", async () => {
    const args = ["sweep", path("sweep.yaml"), "--set", "epochs=300", "--out", path("stopped")];
    const stopped = await trazo(args, (stdout, kill) => {
      if (stdout.includes("6 runs")) setTimeout(() => kill("SIGINT"), 6000);
    });
    expect(stopped).toMatchObject({ code: 130, stderr: "" });
    expect(stopped.stdout).toContain("The sweep was interrupted. What was trained is saved.");
  });
});
