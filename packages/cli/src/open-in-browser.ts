import { spawn } from "node:child_process";

/** Opens a page in the browser that the person uses. Where that does not work, nothing happens: the address is in the terminal. */
export function openInBrowser(address: string): void {
  const [program, ...args] = openers[process.platform] ?? (["xdg-open"] as const);
  const child = spawn(program, [...args, address], { stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};
