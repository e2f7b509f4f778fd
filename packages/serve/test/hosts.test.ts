import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { fakeClassifier } from "./fake-classifier.js";
import { runServer } from "./running.js";

describe("the name that a request is for", () => {
  const server = runServer(fakeClassifier(), { allowedHosts: ["digits.example.com", ".example.org"] });

  const ask = (host: string): Promise<[status: number | undefined, body: string]> =>
    new Promise((resolve, reject) => {
      const asked = request(server.url("/health"), { headers: { host } }, (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (data) => {
          body += data;
        });
        response.on("end", () => resolve([response.statusCode, body]));
      });
      asked.on("error", reject).end();
    });

  it.each([
    "localhost",
    "localhost:8080",
    "LocalHost.",
    "trazo.localhost:1",
    "127.0.0.1",
    "192.168.1.7:8080",
    "[::1]:8080",
    "digits.example.com",
    "Digits.Example.com:443",
    "a.b.example.org",
  ])("%s is answered", async (host) => {
    expect((await ask(host))[0]).toBe(200);
  });

  it.each([
    "evil.example",
    "evil.example:8080",
    "localhost.evil.example",
    "xexample.org",
    "1.2.3.4.evil.example",
  ])("%s is refused, as a page that points its own name here would ask", async (host) => {
    const [status, body] = await ask(host);
    expect(status).toBe(403);
    expect(JSON.parse(body).error.code).toBe("unknown_host");
    expect(body).toContain(`--allow-host ${host.replace(/:\d+$/, "")}`);
  });

  it("must be valid, and given once", async () => {
    for (const hosts of [
      "Host: a b",
      "Host:",
      "Host: [::1",
      "Host: localhost\r\nHost: evil.example",
      "hOST: a\r\nHost: a",
    ]) {
      const answer = await server.raw(`GET /health HTTP/1.1\r\n${hosts}\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1.1 400 [\s\S]*"code":"malformed_request"/);
    }
  });
});
