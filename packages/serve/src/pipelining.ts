import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { RequestError } from "./request-error.js";

/** Requests that one connection may have unanswered. Hardly any client sends a second one before the first is answered. */
const mostUnanswered = 64;
/** Requests that are ignored after the refused one. What has been received already may hold many; more are not read. */
const mostIgnored = 2000;

interface Connection {
  unanswered: number;
  /** Requests after the one that was refused. */
  ignored: number;
  refused: boolean;
}

/**
 * Protects a server from connections that send requests without waiting for answers: half a megabyte holds 13,000 short requests,
 * whose answers would all be in memory at once. A connection with too many unanswered ones gets 503 and is closed.
 *
 * @param onRefused told about each connection that is closed for it
 */
export function limitPipelining(handle: RequestListener, onRefused: () => void): RequestListener {
  const connections = new WeakMap<Socket, Connection>();
  return (request: IncomingMessage, response) => {
    const { socket } = request;
    const connection = connections.get(socket) ?? { unanswered: 0, ignored: 0, refused: false };
    connections.set(socket, connection);
    if (connection.refused) {
      if (++connection.ignored > mostIgnored) socket.destroy();
    } else if (connection.unanswered === mostUnanswered) {
      connection.refused = true;
      refuse(response);
      onRefused();
    } else {
      connection.unanswered++;
      response.once("close", () => connection.unanswered--);
      handle(request, response);
    }
  };
}

function refuse(response: ServerResponse): void {
  const { status, body } = new RequestError(
    "overloaded",
    `This connection has ${mostUnanswered} unanswered requests. Wait for answers before sending more.`,
  );
  const headers = {
    "content-type": "application/json; charset=utf-8",
    "retry-after": "1",
    connection: "close",
  };
  response.writeHead(status, headers).end(JSON.stringify(body));
}
