import { isIP } from "node:net";
import { RequestError } from "./request-error.js";

/**
 * Checks the header Host against DNS rebinding: a web page whose own name suddenly points to this machine could otherwise use the
 * server from a visitor's browser. Such a page needs a name, so addresses in numbers are always allowed, and so is `localhost`.
 *
 * @param allowed further names; `.example.com` stands for every name that ends so
 * @returns what is wrong, if anything
 */
export function checkHost(
  rawHeaders: readonly string[],
  allowed: readonly string[],
): RequestError | undefined {
  const hosts = rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === "host");
  if (hosts.length > 1) {
    return new RequestError("malformed_request", "The request has several Host headers.");
  }
  const [host] = hosts;
  if (host === undefined) return undefined;
  const name = nameOf(host);
  if (name === undefined) {
    return new RequestError("malformed_request", `The Host header ${JSON.stringify(host)} is invalid.`);
  }
  if (isIP(name) !== 0 || matches(name, ["localhost", ".localhost", ...allowed])) return undefined;
  return new RequestError(
    "unknown_host",
    `The server does not answer under the name "${name}". To allow it, start the server with --allow-host ${name}.`,
  );
}

/** The name or address in a Host header, without the port. */
function nameOf(host: string): string | undefined {
  const [, address, name] = /^(?:\[([\da-f:.]+)\]|([\w.-]+))(?::\d*)?$/i.exec(host) ?? [];
  return (address ?? name)?.toLowerCase().replace(/\.$/, "");
}

const matches = (name: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => {
    const wanted = pattern.toLowerCase();
    return wanted.startsWith(".") ? name.endsWith(wanted) : name === wanted;
  });
