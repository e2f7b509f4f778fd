import { describe, expect, it } from "vitest";
import { type PeerCommand, startPeer } from "../../bench/peer-process.js";

/** A peer in a few lines of JavaScript: `body` is run with `say` and `lines`. */
function fakePeer(body: string, rest: Partial<PeerCommand> = {}): PeerCommand {
  const script = `
    const say = (m) => process.stdout.write(JSON.stringify(m) + "\\n");
    const ready = () => say({ ready: true, name: "fake", version: "1.2", threads: 3 });
    const lines = require("node:readline").createInterface({ input: process.stdin });
    ${body}`;
  return { name: "fake", command: process.execPath, args: ["-e", script], ...rest };
}

const echo = `ready(); lines.on("line", (l) => say({ ms: Array.from({ length: JSON.parse(l).n }, (_, i) => i + 1) }));`;

async function ready(peer: PeerCommand) {
  const started = await startPeer(peer);
  if (started.status !== "ready") throw new Error(started.reason);
  return started.contender;
}

describe("startPeer", () => {
  it("asks for steps and gives their durations, time after time", async () => {
    const contender = await ready(fakePeer(echo));
    expect(contender).toMatchObject({ name: "fake", version: "1.2", threads: 3 });
    expect(await contender.steps(3)).toEqual([1, 2, 3]);
    expect(await contender.steps(1)).toEqual([1]);
    await contender.close();
  });

  it("passes the environment on", async () => {
    const contender = await ready(
      fakePeer(`say({ ready: true, name: process.env.PEER_TEST, version: "1", threads: 1 });`, {
        env: { PEER_TEST: "from outside" },
      }),
    );
    expect(contender.name).toBe("from outside");
    await contender.close();
  });

  it("reports a missing program or library as not installed", async () => {
    const program = await startPeer({ name: "ghost", command: "no-such-program-here", args: [] });
    expect(program).toMatchObject({ status: "not installed", name: "ghost" });
    const library = await startPeer(
      fakePeer(`console.error("ModuleNotFoundError: No module named 'torch'"); process.exit(1);`),
    );
    expect(library).toMatchObject({ status: "not installed" });
    expect(library.status !== "ready" && library.reason).toMatch(/exit code 1.*No module named 'torch'/);
  });

  it("reports any other start as failed, with the reason", async () => {
    const cases: [string, RegExp][] = [
      [
        `console.error("Segmentation of the land"); process.exit(7);`,
        /exit code 7: Segmentation of the land/,
      ],
      [`console.log("hello");`, /no JSON object: hello/],
      [`say({ name: "fake" });`, /first line is not/],
    ];
    for (const [body, reason] of cases) {
      const started = await startPeer(fakePeer(body));
      expect(started.status).toBe("failed");
      expect(started.status !== "ready" && started.reason).toMatch(reason);
    }
  });

  it("gives up on a peer that never gets ready", async () => {
    const started = await startPeer(fakePeer("", { readyTimeoutMs: 150 }));
    expect(started).toMatchObject({ status: "failed", reason: "no answer within 150 ms" });
  });

  it("rejects steps that fail, die, hang or come back incomplete", async () => {
    const answers: [string, RegExp][] = [
      [`say({ error: "out of memory" })`, /^out of memory$/],
      ["process.exit(3)", /exit code 3/],
      ["null", /no answer within 200 ms/],
      ["say({ ms: [1] })", /2 durations/],
      ["say({ ms: [1, null] })", /2 durations/],
    ];
    for (const [answer, reason] of answers) {
      const peer = fakePeer(`ready(); lines.on("line", () => ${answer});`, { stepsTimeoutMs: 200 });
      const contender = await ready(peer);
      await expect(contender.steps(2)).rejects.toThrow(reason);
      await contender.close();
    }
  });
});
