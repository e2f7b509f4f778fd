import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { recent } from "./recent.js";

/** Seconds for which the text of the metrics is reused: to make it takes milliseconds in which nothing else is answered. */
export const metricsAge = 0.25;

/** What the server counts, for Prometheus. */
export interface ServeMetrics {
  /** @param route the address as the server knows it, so that the labels stay few */
  countRequest(method: string, route: string, status: number, seconds: number): void;
  countBatch(images: number, seconds: number): void;
  /** Counts a picture file whose decoding starts. */
  countPicture(): void;
  readonly contentType: string;
  /** In Prometheus's text format, at most a quarter of a second old. */
  text(): Promise<Buffer>;
}

/** @param queueLength images that wait at the moment */
export function createMetrics(queueLength: () => number): ServeMetrics {
  const register = new Registry();
  const registers = [register];
  collectDefaultMetrics({ register });
  const requests = new Counter({
    name: "trazo_http_requests_total",
    help: "Answered requests.",
    labelNames: ["method", "route", "status"],
    registers,
  });
  const latency = new Histogram({
    name: "trazo_http_request_duration_seconds",
    help: "Time from the headers of a request to the end of its answer.",
    labelNames: ["route"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const batchSize = new Histogram({
    name: "trazo_batch_size",
    help: "Images in one inference.",
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
    registers,
  });
  const inference = new Histogram({
    name: "trazo_inference_duration_seconds",
    help: "Time of one inference.",
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
    registers,
  });
  const pictures = new Counter({
    name: "trazo_pictures_decoded_total",
    help: "Picture files whose decoding was started.",
    registers,
  });
  new Gauge({
    name: "trazo_queue_length",
    help: "Images that wait for inference.",
    registers,
    collect() {
      this.set(queueLength());
    },
  });
  return {
    countRequest(method, route, status, seconds) {
      requests.inc({ method, route, status });
      latency.observe({ route }, seconds);
    },
    countBatch(images, seconds) {
      batchSize.observe(images);
      inference.observe(seconds);
    },
    countPicture: () => pictures.inc(),
    contentType: register.contentType,
    text: recent(async () => Buffer.from(await register.metrics()), metricsAge),
  };
}
