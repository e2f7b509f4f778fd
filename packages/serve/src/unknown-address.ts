import type { FastifyInstance } from "fastify";
import { RequestError } from "./request-error.js";

/** Answers 404, or 405 with the methods that an address supports. Call it before the routes are added. */
export function refuseOtherAddresses(app: FastifyInstance): void {
  const methods = new Map<string, string[]>();
  app.addHook("onRoute", ({ url, method }) => {
    methods.set(url, [...(methods.get(url) ?? []), ...[method].flat()]);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?", 1)[0] as string;
    const known = methods.get(path);
    if (!known) {
      throw new RequestError(
        "not_found",
        `${path} does not exist. Addresses: ${[...methods.keys()].filter((known) => !known.startsWith("/page/")).join(", ")}.`,
      );
    }
    reply.header("allow", known.join(", "));
    throw new RequestError(
      "method_not_allowed",
      `${path} supports ${known.join(" and ")}, not ${request.method}.`,
    );
  });
}
