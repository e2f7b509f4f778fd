import multipart from "@fastify/multipart";
import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import { type ImageClassifier, picturePreparation, version } from "trazo";
import { nestedPixels, predictionOf, readParameters } from "./answer.js";
import type { BatchQueue } from "./batch-queue.js";
import { createLimiter } from "./limiter.js";
import type { ServeMetrics } from "./metrics.js";
import type { ServeSettings } from "./options.js";
import { addPage } from "./page-routes.js";
import { checkWanted, readImages } from "./read-images.js";
import { RequestError } from "./request-error.js";
import {
  errorResponses,
  errorSchema,
  healthSchema,
  predictBody,
  predictionSchema,
  predictionsSchema,
  predictSummary,
  textSchema,
} from "./schemas.js";

/** Node decodes pictures on four threads. */
const decoders = 4;

export interface RoutesContext {
  readonly classifier: ImageClassifier;
  readonly settings: ServeSettings;
  readonly queue: BatchQueue;
  readonly metrics: ServeMetrics;
}

/** Everything that the server has addresses for. */
export async function addRoutes(app: FastifyInstance, context: RoutesContext): Promise<void> {
  app.addSchema(errorSchema);
  app.addSchema(predictionSchema);
  await app.register(swagger, {
    openapi: {
      openapi: "3.0.3",
      info: { title: "Trazo", description: `Classifies pictures with ${context.classifier.name}.`, version },
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, i) => String(json.$id ?? `schema-${i}`) },
  });
  await app.register(async (scope) => {
    addBodyTypes(scope);
    await scope.register(multipart, { limits: { files: context.settings.maxImages, fields: 1 } });
    addPredict(scope, context);
  });
  await app.register(async (scope) => {
    addInformation(scope, context);
    addPage(scope, context.classifier.classes);
  });
}

/** JSON and pictures; a form is the plugin's. */
function addBodyTypes(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) => {
    try {
      done(null, JSON.parse(body as string));
    } catch (error) {
      done(new RequestError("malformed_json", `The body is not valid JSON: ${(error as Error).message}.`));
    }
  });
  // The format is recognized by the first bytes: what a client calls it is often wrong.
  app.addContentTypeParser(/^image\//, { parseAs: "buffer" }, (_request, body, done) => done(null, body));
}

function addPredict(app: FastifyInstance, { classifier, settings, queue, metrics }: RoutesContext): void {
  const { classes, imageShape } = classifier;
  const preparation = picturePreparation(classifier);
  const { maxImages, maxBody, maxWaiting } = settings;
  const limiter = createLimiter(decoders, maxWaiting);
  const reading = { imageShape, preparation, maxImages, maxBody, limiter, onDecode: metrics.countPicture };
  app.post("/predict", {
    schema: {
      ...predictSummary,
      querystring: {
        type: "object",
        properties: {
          top: { type: "integer", minimum: 1, maximum: classes.length },
          input: { type: "boolean", description: "Also show each image as the model reads it." },
        },
      },
      body: predictBody(imageShape, settings),
      response: {
        200: { description: "One prediction per image, in their order.", ...predictionsSchema },
        ...errorResponses(
          "malformed_json",
          "malformed_form",
          "wrong_parameter",
          "wrong_shape",
          "wrong_value",
          "too_many_images",
          "unreadable_picture",
          "unsupported_media_type",
          "overloaded",
        ),
      },
    },
    // The handler checks what it reads, with messages that say where and what was expected.
    validatorCompiler: () => () => true,
    handler: async (request, reply) => {
      const { top, input } = readParameters(request.query, classes.length);
      const work = new AbortController();
      const cancel = (): void =>
        work.abort(new RequestError("malformed_request", "The request was interrupted."));
      // Emitted when the connection ends, too.
      reply.raw.once("close", cancel);
      try {
        const images = await readImages(request, reading, work.signal);
        checkWanted(request);
        const probabilities = await queue.classify(
          images.map(({ pixels }) => pixels),
          work.signal,
        );
        const predictions = images.map(({ pixels, doubts }, i) => ({
          ...predictionOf(probabilities[i] as Float32Array, classes, top),
          ...(input && { input: nestedPixels(pixels, imageShape) }),
          ...(doubts.length > 0 && { notes: doubts }),
        }));
        return { predictions };
      } finally {
        // What a refused request has left waiting would only delay others.
        cancel();
      }
    },
  });
}

function addInformation(app: FastifyInstance, { classifier, metrics }: RoutesContext): void {
  const { name: model, imageShape, classes } = classifier;
  let description: Buffer | undefined;
  app.get("/health", {
    schema: {
      summary: "Whether the server works, and what its model is",
      response: { 200: { description: "It works.", ...healthSchema }, ...errorResponses() },
    },
    handler: async () => ({ status: "ok", model, imageShape, classes }),
  });
  app.get("/metrics", {
    schema: {
      summary: "Metrics for Prometheus",
      description:
        "Requests, latency, batch sizes, waiting images, and the process. At most a quarter of a second old.",
      response: { 200: textSchema("text/plain", "Prometheus's text format."), ...errorResponses() },
    },
    handler: async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
  });
  app.get("/openapi.json", {
    schema: {
      summary: "This description",
      response: {
        200: { description: "OpenAPI 3.", type: "object", additionalProperties: true },
        ...errorResponses(),
      },
    },
    handler: async (_request, reply) => {
      description ??= Buffer.from(JSON.stringify(app.swagger()));
      return reply.type("application/json; charset=utf-8").send(description);
    },
  });
}
