import multipart from "@fastify/multipart";
import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import type { ImageClassifier } from "trazo";
import { version } from "trazo";
import { predictionOf, readTop } from "./answer.js";
import type { BatchQueue } from "./batch-queue.js";
import { createLimiter } from "./limiter.js";
import type { ServeMetrics } from "./metrics.js";
import type { ServeSettings } from "./options.js";
import { page } from "./page.js";
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
const DECODERS = 4;

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
  await app.register(async (scope) => addInformation(scope, context));
}

/** JSON and pictures; a form is the plugin's. */
function addBodyTypes(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) => {
    try {
      done(null, JSON.parse(body as string));
    } catch (error) {
      done(new RequestError("malformed_json", `The body is no JSON: ${(error as Error).message}.`));
    }
  });
  app.addContentTypeParser(["image/png", "image/jpeg"], { parseAs: "buffer" }, (_request, body, done) =>
    done(null, body),
  );
}

function addPredict(app: FastifyInstance, { classifier, settings, queue }: RoutesContext): void {
  const { classes, imageShape } = classifier;
  const { maxImages, maxBody, maxWaiting } = settings;
  const reading = { imageShape, maxImages, maxBody, limiter: createLimiter(DECODERS, maxWaiting) };
  app.post("/predict", {
    schema: {
      ...predictSummary,
      querystring: {
        type: "object",
        properties: { top: { type: "integer", minimum: 1, maximum: classes.length } },
      },
      body: predictBody(imageShape, settings),
      response: {
        200: { description: "One prediction an image, in their order.", ...predictionsSchema },
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
    handler: async (request) => {
      const top = readTop(request.query, classes.length);
      const images = await readImages(request, reading);
      checkWanted(request);
      const probabilities = await queue.classify(images);
      return { predictions: probabilities.map((one) => predictionOf(one, classes, top)) };
    },
  });
}

function addInformation(app: FastifyInstance, { classifier, metrics }: RoutesContext): void {
  const { name: model, imageShape, classes } = classifier;
  app.get("/health", {
    schema: {
      summary: "Whether the server works, and what its model knows",
      response: { 200: { description: "It works.", ...healthSchema }, ...errorResponses() },
    },
    handler: async () => ({ status: "ok", model, imageShape, classes }),
  });
  app.get("/metrics", {
    schema: {
      summary: "Figures for Prometheus",
      description: "Requests, latency, batch sizes, waiting images, and the process's own figures.",
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
    handler: async () => app.swagger(),
  });
  app.get("/", {
    schema: {
      summary: "A page to draw a digit on",
      response: { 200: textSchema("text/html", "The page."), ...errorResponses() },
    },
    handler: async (_request, reply) =>
      reply
        .type("text/html; charset=utf-8")
        .header(
          "content-security-policy",
          "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'",
        )
        .send(page),
  });
}
