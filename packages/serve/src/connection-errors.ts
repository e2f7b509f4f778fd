import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { RequestError } from "./request-error.js";

/** Milliseconds that a client has to read its answer and to close the connection. */
const linger = 1000;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Answers what fails below HTTP's handlers: requests that do not arrive in time or are not HTTP. */
export interface ConnectionErrors {
  /** Notes which request a connection is at. */
  watch(request: IncomingMessage, response: ServerResponse): void;
  /** For the server's event `clientError`. @returns what the client was told, if it could be told */
  answer(error: NodeJS.ErrnoException, socket: Socket): RequestError | undefined;
}

/** @param timeout seconds that a request may take to arrive */
export function createConnectionErrors(timeout: number): ConnectionErrors {
  const exchanges = new WeakMap<object, Exchange>();
  return {
    watch: (request, response) => void exchanges.set(request.socket, { request, response }),
    answer(error, socket) {
      const exchange = exchanges.get(socket);
      // A request that was refused early and still sends its body has its answer already.
      const answered = exchange && !exchange.request.complete && exchange.response.headersSent;
      if (error.code === "ECONNRESET" || !socket.writable || answered) {
        socket.destroy();
        return undefined;
      }
      const told = describe(error, timeout);
      const body = JSON.stringify(told.body);
      socket.end(
        `HTTP/1.1 ${told.status} ${STATUS_CODES[told.status]}\r\nContent-Type: application/json; charset=utf-8\r\n` +
          `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      );
      // What still arrives is let pass for a while: to close at once would reset the connection before the answer is read.
      const cut = setTimeout(() => socket.destroy(), linger);
      socket.once("close", () => clearTimeout(cut));
      return told;
    },
  };
}

function describe(error: NodeJS.ErrnoException, timeout: number): RequestError {
  if (error.code === "ERR_HTTP_REQUEST_TIMEOUT") {
    return new RequestError("request_timeout", `The request did not arrive within ${timeout} s.`);
  }
  if (error.code === "HPE_HEADER_OVERFLOW") {
    return new RequestError("headers_too_large", "The headers of the request are too large.");
  }
  return new RequestError("malformed_request", "The request is not valid HTTP.");
}
