import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../../trazo/test/data/temporary-folder.js";
import { trazo } from "./command.js";
import { writeTinyMnist } from "./tiny-mnist.js";

const { path } = temporaryFolder();
const data = (): string[] => ["--data", path("data"), "--out", path("runs"), "--threads", "1"];
beforeAll(() => writeTinyMnist(path("data")));

describe("trazo studio", () => {
  it("without a screen says its address, and ends by Ctrl-C", async () => {
    let isTold = false;
    const { code, stdout, stderr } = await trazo(["studio", "--port", "0", ...data()], (said, kill) => {
      if (!/http:\/\/localhost:\d+\n/.test(said) || isTold) return;
      isTold = true;
      kill("SIGINT");
    });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/http:\/\/localhost:\d+\n[^\n]+\n[^\n]+\n$/);
  });

  it("with an opener that fails stays, since its address is in the terminal", async () => {
    let isTold = false;
    const { code, stderr } = await trazo(
      ["studio", "--open", "--port", "0", ...data()],
      (said, kill) => {
        if (!/http:\/\/localhost:\d+\n/.test(said) || isTold) return;
        isTold = true;
        setTimeout(() => kill("SIGINT"), 300);
      },
      // No xdg-open is found there.
      { PATH: path("nowhere"), DISPLAY: "" },
    );
    expect([code, stderr]).toEqual([0, ""]);
  });

  it("says that its port is in use, and how to take another", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const { code, stdout, stderr } = await trazo(["studio", "--port", String(port), ...data()]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(new RegExp(`^[^\\n]*${port}[^\\n]*--port[^\\n]*\\n$`));
  });

  it("refuses a port that there is not", async () => {
    const { code, stderr } = await trazo(["studio", "--port", "70000", ...data()]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--port/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it("says where the folder of runs cannot be", async () => {
    writeFileSync(path("file"), "");
    mkdirSync(path("runs"), { recursive: true });
    const { code, stderr } = await trazo([
      "studio",
      "--port",
      "0",
      "--data",
      path("data"),
      "--out",
      path("file"),
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain(path("file"));
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
