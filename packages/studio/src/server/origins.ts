/**
 * Whether a request comes from the studio's own page. A page from elsewhere could otherwise start trainings in a visitor's browser: its
 * requests bear its own name as Origin, or, where its name suddenly points to this machine (DNS rebinding), as Host.
 *
 * @param port the one that the studio listens on
 */
export function isOwn(
  { host, origin }: { readonly host?: string | undefined; readonly origin?: string | undefined },
  port: number,
): boolean {
  const own = ["127.0.0.1", "localhost", "[::1]"].map((name) => `${name}:${port}`);
  if (host === undefined || !own.includes(host.toLowerCase())) return false;
  return origin === undefined || own.some((name) => origin.toLowerCase() === `http://${name}`);
}
