import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { requireThreadRoom } from "../../src/node/runtime/thread-room.js";

describe("a session's threads", () => {
  it("may be as many as can be started, and the one that runs it", () => {
    expect(() => requireThreadRoom(8, 7)).not.toThrow();
    expect(() => requireThreadRoom(1, -3)).not.toThrow();
    expect(() => requireThreadRoom(256, Number.POSITIVE_INFINITY)).not.toThrow();
  });

  it("are refused in words when the system would not start them", () => {
    expect(() => requireThreadRoom(8, 4)).toThrow(/8 threads .* only 4 more .* Set threads to 5 or less/);
    expect(() => requireThreadRoom(2, -1)).toThrow(/only 0 more .* Set threads to 1 or less/);
  });

  // Only the superuser can become a user who has no other processes.
  it.runIf(process.platform === "linux" && process.getuid?.() === 0)("are counted under a limit", () => {
    const built = new URL("../../dist/index.js", import.meta.url).href;
    // Where there is room, it is the empty model that is refused.
    const program = `
      import { nodeRuntime } from ${JSON.stringify(built)};
      const runtime = await nodeRuntime({ threads: 8 });
      process.setgid(65534);
      process.setuid(65534);
      await runtime.load(new Uint8Array()).catch((error) => console.log(error.message));`;
    const run = (limit: number): string =>
      spawnSync("prlimit", [`--nproc=${limit}`, process.execPath, "--input-type=module", "-e", program], {
        encoding: "utf8",
      }).stdout;
    expect(run(12)).toMatch(/^8 threads were asked for, but the system lets this process start only \d more/);
    expect(run(1000)).toMatch(/^(?!.*threads were asked for)./);
  });
});
