import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from "node:http";
import { type FastifyReply, fastify } from "fastify";
import type { ImageClassifier } from "trazo";
import { BatchQueue } from "./batch-queue.js";
import { createConnectionErrors } from "./connection-errors.js";
import { checkHost } from "./hosts.js";
import { createMetrics } from "./metrics.js";
import { type ServeOptions, type ServeSettings, serveSettings } from "./options.js";
import { limitPipelining } from "./pipelining.js";
import { tooLarge, toRequestError } from "./report-error.js";
import { RequestError } from "./request-error.js";
import { addRoutes } from "./routes.js";
import { refuseOtherAddresses } from "./unknown-address.js";

/** Connections that wait to be accepted; the system may allow fewer. */
const longestBacklog = 4096;
/** Milliseconds for which an idle connection is kept open. */
const keepAlive = 72_000;

/** A server that can be started once and stopped. */
export interface ClassifierServer {
  /**
   * Starts to listen.
   *
   * @param host an address of this machine, or a name for one; the server answers under this name, too
   * @param port 0 for any free one
   * @returns the port
   */
  listen(host: string, port: number): Promise<number>;
  /**
   * Accepts nothing new, answers what has begun to arrive, and ends; what is not done within the grace time is cut off.
   *
   * @param grace seconds
   */
  stop(grace: number): Promise<void>;
}

/**
 * Serves a classifier over HTTP: `POST /predict`, `GET /health`, `/metrics`, `/openapi.json` and a page to try it at `/`.
 * The classifier stays the caller's to dispose of.
 *
 * @param onFailure told about errors that are the server's own fault
 */
export async function createServer(
  classifier: ImageClassifier,
  options: ServeOptions = {},
  onFailure: (error: unknown) => void = () => {},
): Promise<ClassifierServer> {
  const settings = serveSettings(options);
  const metrics = createMetrics(() => queue.length);
  const queue = new BatchQueue(classifier, { ...settings, onBatch: metrics.countBatch });
  const connections = createConnectionErrors(settings.timeout);
  const hosts = [...settings.allowedHosts];
  let stopping = false;
  const app = fastify({
    bodyLimit: settings.maxBody,
    serverFactory: (handle) =>
      httpServer(
        limitPipelining(handle, () => metrics.countRequest("unknown", "unknown", 503, 0)),
        settings.timeout,
      ),
    return503OnClosing: false,
    forceCloseConnections: "idle",
    clientErrorHandler(error, socket) {
      const told = connections.answer(error, socket);
      if (told) metrics.countRequest("unknown", "unknown", told.status, settings.timeout);
    },
    frameworkErrors(error, _request, reply) {
      const told = toRequestError(error, settings);
      void (reply as FastifyReply).code(told.status).send(told.body);
    },
  });
  app.setErrorHandler((error, _request, reply) => {
    const told = toRequestError(error, settings);
    if (told.code === "internal_error") onFailure(error);
    if (told.code === "overloaded") reply.header("retry-after", "1");
    return reply.code(told.status).send(told.body);
  });
  app.addHook("onRequest", (request, reply, done) => {
    connections.watch(request.raw, reply.raw);
    done(refusal(request.raw, settings, hosts));
  });
  app.addHook("onSend", (request, reply, _payload, done) => {
    if (!request.raw.complete) drain(request.raw, reply);
    if (stopping) reply.header("connection", "close");
    done();
  });
  app.addHook("onResponse", (request, reply, done) => {
    const route = request.routeOptions.url ?? "unknown";
    metrics.countRequest(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
    done();
  });
  refuseOtherAddresses(app);
  await addRoutes(app, { classifier, settings, queue, metrics });
  await app.ready();
  return {
    async listen(host, port) {
      hosts.push(host);
      await app.listen({ host, port, backlog: longestBacklog });
      const address = app.server.address();
      return typeof address === "object" && address !== null ? address.port : port;
    },
    async stop(grace) {
      stopping = true;
      const cut = setTimeout(() => app.server.closeAllConnections(), grace * 1000);
      await app.close();
      clearTimeout(cut);
      await queue.idle();
    },
  };
}

/** @param timeout seconds that a request may take to arrive */
function httpServer(handle: RequestListener, timeout: number): Server {
  const options = {
    requestTimeout: timeout * 1000,
    headersTimeout: timeout * 1000,
    connectionsCheckingInterval: Math.min(1000, timeout * 250),
    keepAliveTimeout: keepAlive,
    // Node would refuse such a request with nothing in the answer.
    requireHostHeader: false,
  };
  const server = createHttpServer(options, handle);
  // Likewise, unless something listens for it.
  server.on("checkExpectation", (request, response) => server.emit("request", request, response));
  return server;
}

/** What is wrong with the headers of a request, before its body is read. */
function refusal(
  { headers, rawHeaders, httpVersion }: IncomingMessage,
  settings: ServeSettings,
  hosts: readonly string[],
): RequestError | undefined {
  if (headers.host === undefined && httpVersion !== "1.0") {
    return new RequestError("malformed_request", "The header Host is missing, which HTTP/1.1 requires.");
  }
  const wrongHost = checkHost(rawHeaders, hosts);
  if (wrongHost) return wrongHost;
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== "100-continue") {
    return new RequestError("expectation_failed", `The expectation ${headers.expect} is not supported.`);
  }
  if (Number(headers["content-length"]) > settings.maxBody) {
    return new RequestError("body_too_large", tooLarge(settings));
  }
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding === "identity") return undefined;
  return new RequestError(
    "unsupported_media_type",
    `The body encoding ${encoding} is not supported. Send the body uncompressed.`,
  );
}

/** Lets the rest of a refused body pass: to close at once would reset the connection before its answer is read. */
function drain(request: IncomingMessage, reply: FastifyReply): void {
  request.unpipe();
  request.resume();
  reply.removeHeader("connection");
}
