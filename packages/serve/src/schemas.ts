import { pictureKinds } from "trazo/node";
import type { ServeSettings } from "./options.js";
import { type ErrorCode, errorCodes } from "./request-error.js";

type Schema = Readonly<Record<string, unknown>>;

/** JSON Schemas that several addresses share, by their names in the OpenAPI document. */
export const errorSchema = {
  $id: "Error",
  type: "object",
  description: "The body of every error.",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message"],
      properties: {
        code: {
          type: "string",
          enum: Object.keys(errorCodes),
          description: Object.entries(errorCodes)
            .map(([code, [status, meaning]]) => `${code} (${status}): ${meaning}`)
            .join(" "),
        },
        message: { type: "string", description: "What was wrong and what was expected, for people." },
      },
    },
  },
} as const;

const guess = {
  label: { type: "integer", minimum: 0, description: "The class's number." },
  class: { type: "string", description: "The class's name." },
  probability: { type: "number", minimum: 0, maximum: 1 },
} as const;

export const predictionSchema = {
  $id: "Prediction",
  type: "object",
  required: ["label", "class", "probability", "probabilities"],
  properties: {
    ...guess,
    probabilities: {
      type: "array",
      items: { type: "number" },
      description: "One per class, in their order.",
    },
    top: {
      type: "array",
      description: "The most probable classes, only with the parameter top.",
      items: { type: "object", required: Object.keys(guess), properties: guess },
    },
    input: {
      type: "array",
      description:
        "The image as the model reads it, rows of pixels from 0 to 255; only with the parameter input.",
      items: {},
    },
    notes: {
      type: "array",
      description: "Why the picture may not have been read as it was meant; only where there is doubt.",
      items: { type: "string" },
    },
  },
} as const;

/** What any address may answer. */
const everywhere: readonly ErrorCode[] = [
  "malformed_request",
  "unknown_host",
  "request_timeout",
  "body_too_large",
  "headers_too_large",
  "internal_error",
];

/** Error answers by status, for an address that may also answer with the codes given. */
export function errorResponses(...codes: readonly ErrorCode[]): Record<number, Schema> {
  const responses: Record<number, Schema> = {};
  const all = [...everywhere, ...codes];
  for (const status of new Set(all.map((code) => errorCodes[code][0]))) {
    const named = all.filter((code) => errorCodes[code][0] === status);
    responses[status] = {
      description: named.map((code) => `\`${code}\`: ${errorCodes[code][1]}`).join("\n\n"),
      content: { "application/json": { schema: { $ref: "Error#" } } },
    };
    if (status === 503) {
      responses[status] = {
        ...responses[status],
        headers: { "Retry-After": { type: "integer", description: "Seconds to wait." } },
      };
    }
  }
  return responses;
}

/** The types of pictures that are documented; a picture's format is recognized by its first bytes. */
const pictureTypes = ["image/png", "image/jpeg", "image/webp", "image/gif", "image/avif"];

const binary = { type: "string", format: "binary" } as const;

/** The document's description of what `/predict` takes; the handler itself checks, for the sake of clear messages. */
export function predictBody(
  [height, width, channels]: readonly [number, number, number],
  { maxImages }: ServeSettings,
): Schema {
  const list = (length: number, items: Schema): Schema => ({
    type: "array",
    minItems: length,
    maxItems: length,
    items,
  });
  const value = { type: "number", minimum: 0, maximum: 255 };
  const arrays = [list(height, list(width, list(channels, value)))];
  if (channels === 1) arrays.unshift(list(height, list(width, value)));
  const file = {
    type: "string",
    description: `A picture file (${pictureKinds}) in base64, or as a data URL.`,
  };
  return {
    content: {
      "application/json": {
        schema: {
          type: "object",
          required: ["images"],
          additionalProperties: false,
          properties: {
            images: { type: "array", minItems: 1, maxItems: maxImages, items: { anyOf: [...arrays, file] } },
            scale: {
              type: "integer",
              enum: [1, 255],
              description:
                "What white is in arrays of pixels. Without it, pixels are integers from 0 to 255, and images that contain only 0 and 1 are refused.",
            },
          },
        },
      },
      ...Object.fromEntries(pictureTypes.map((type) => [type, { schema: binary }])),
      "multipart/form-data": {
        schema: { type: "object", properties: { images: { type: "array", items: binary } } },
      },
    },
  };
}

export const predictSummary = {
  summary: "Classify pictures",
  description:
    "Accepts images as pixel values (light ink on dark, like MNIST) or as picture files of up to 24 million pixels, " +
    "dark on light or light on dark. The predictions are in the order of the images.",
} as const;

export const predictionsSchema = {
  type: "object",
  required: ["predictions"],
  properties: { predictions: { type: "array", items: { $ref: "Prediction#" } } },
} as const;

export const healthSchema = {
  type: "object",
  required: ["status", "model", "imageShape", "classes"],
  properties: {
    status: { type: "string", enum: ["ok"] },
    model: { type: "string", description: "The model's name." },
    imageShape: {
      type: "array",
      items: { type: "integer" },
      minItems: 3,
      maxItems: 3,
      description: "Height, width and channels of the model's images.",
    },
    classes: { type: "array", items: { type: "string" } },
  },
} as const;

/** A body that is not JSON. */
export const textSchema = (type: string, description: string): Schema => ({
  description,
  content: { [type]: { schema: { type: "string" } } },
});
