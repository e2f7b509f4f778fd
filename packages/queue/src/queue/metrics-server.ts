import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { collectDefaultMetrics, type Registry } from "prom-client";
import { QueueError } from "../failures/index.js";

export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Answers `/metrics` for Prometheus, with those of the process, and `/health` with 200 or, while the queue cannot be reached, 503.
 *
 * @throws TrazoError when it cannot listen there
 */
export async function serveMetrics(
  registry: Registry,
  isHealthy: () => boolean,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<MetricsServer> {
  collectDefaultMetrics({ register: registry });
  const server = createServer(async ({ method, url = "/" }, response) => {
    const path = new URL(url, "http://worker").pathname;
    const isRead = method === "GET" || method === "HEAD";
    if (isRead && path === "/metrics") {
      response.setHeader("content-type", registry.contentType).end(await registry.metrics());
    } else if (isRead && path === "/health") {
      const healthy = isHealthy();
      response.writeHead(healthy ? 200 : 503).end(healthy ? "ok\n" : "the queue cannot be reached\n");
    } else response.writeHead(404).end("Known: /metrics, /health\n");
  });
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new QueueError(
      ({ noMetrics, portIsTaken }) =>
        noMetrics(`${host}:${port}`, code === "EADDRINUSE" ? portIsTaken : (cause as Error).message),
      { cause },
    );
  }
  // A scraper that waits keeps no worker from its end.
  server.unref();
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      if (server.listening) await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
