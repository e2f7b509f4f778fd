import { type IncomingMessage, type Server, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { eventsPath, tooManyPages } from "../protocol/connection.js";
import { isOwn } from "./origins.js";

/** Bytes that a page may send: it has nothing to say here. */
const mostBytes = 1024;

export interface UpgradeOptions {
  /** The port that the studio listens on, once it does. */
  readonly port: () => number;
  /** Whether the studio ends: no more pages may listen. */
  readonly isStopping: () => boolean;
  /** Whether one more page may listen. */
  readonly hasRoom: () => boolean;
  /** Told of a page that listens from now on, by the name it has given itself. */
  readonly onPage: (client: string, socket: WebSocket) => void;
}

/**
 * Lets the studio's own pages listen by WebSocket: browsers keep six connections of other kinds to a server, which a few tabs would use
 * up, but hundreds of these.
 */
export function upgradePages(server: Server, { port, isStopping, hasRoom, onPage }: UpgradeOptions): void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: mostBytes });
  server.on("upgrade", (request, connection, head) => {
    connection.on("error", () => connection.destroy());
    const client = clientOf(request);
    if (!isOwn(request.headers, port())) return refuse(connection, 403);
    if (client === undefined) return refuse(connection, 404);
    if (isStopping()) return refuse(connection, 503);
    sockets.handleUpgrade(request, connection, head, (socket) => {
      if (hasRoom()) onPage(client, socket);
      else socket.close(tooManyPages);
    });
  });
}

/** The name that a page gives itself; undefined where it asks for something else. */
function clientOf({ url = "" }: IncomingMessage): string | undefined {
  const [path, query] = url.split("?");
  const client = new URLSearchParams(query).get("client") ?? "";
  return path === `/${eventsPath}` && /^[\w-]{1,64}$/.test(client) ? client : undefined;
}

function refuse(connection: Duplex, status: number): void {
  connection.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`);
}
