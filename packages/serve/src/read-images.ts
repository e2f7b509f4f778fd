import type { Multipart } from "@fastify/multipart";
import type { FastifyRequest } from "fastify";
import type { ImageClassifier } from "trazo";
import { TrazoError } from "trazo";
import { decodeDigitImage } from "trazo/node";
import type { Limiter } from "./limiter.js";
import { tamePicture } from "./picture-file.js";
import { describe, pixelsFromArrays } from "./pixels.js";
import { RequestError } from "./request-error.js";

export interface ReadImagesContext {
  readonly imageShape: ImageClassifier["imageShape"];
  /** Most images of one request. */
  readonly maxImages: number;
  /** Most bytes of all files of a form. */
  readonly maxBody: number;
  /** Decoding takes memory and processor time: only some pictures are decoded at once. */
  readonly limiter: Limiter;
}

/**
 * The images of a request to `/predict`, whichever way they were sent: pixels `height * width * channels` each.
 *
 * @throws RequestError
 */
export async function readImages(request: FastifyRequest, context: ReadImagesContext): Promise<Uint8Array[]> {
  if (request.isMultipart()) return await readForm(request, context);
  const { body } = request;
  if (body instanceof Uint8Array) return [await decodePicture(body, "The picture", request, context)];
  if (body !== undefined) return await readJson(body, request, context);
  throw new RequestError(
    "unsupported_media_type",
    "The request has no body with a type. Expected application/json, image/png, image/jpeg or multipart/form-data.",
  );
}

async function readJson(
  body: unknown,
  request: FastifyRequest,
  context: ReadImagesContext,
): Promise<Uint8Array[]> {
  const images = imageList(body);
  checkCount(images.length, context);
  return await Promise.all(
    images.map(async (image, i) => {
      const where = `images[${i}]`;
      if (typeof image === "string")
        return await decodePicture(fromBase64(image, where), where, request, context);
      if (Array.isArray(image)) return pixelsFromArrays(image, context.imageShape, where);
      throw new RequestError(
        "wrong_shape",
        `${where} must be arrays of pixel values or a picture file in base64, but got ${describe(image)}.`,
      );
    }),
  );
}

function imageList(body: unknown): readonly unknown[] {
  const expected = 'The body must be { "images": [...] }';
  if (body === null || typeof body !== "object" || Array.isArray(body)) {
    throw new RequestError("wrong_shape", `${expected}, but got ${describe(body)}.`);
  }
  const { images, ...others } = body as { readonly images?: unknown };
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new RequestError("wrong_shape", `${expected}, but it has ${describe(unknown)}.`);
  }
  if (Array.isArray(images)) return images;
  throw new RequestError(
    "wrong_shape",
    `${expected} with a list of images, but images is ${describe(images)}.`,
  );
}

function checkCount(count: number, { maxImages }: ReadImagesContext): void {
  if (count === 0)
    throw new RequestError("wrong_shape", "The request holds no image; expected one at least.");
  if (count <= maxImages) return;
  throw new RequestError(
    "too_many_images",
    `The request holds ${count} images; at most ${maxImages} are taken at once.`,
  );
}

/** Also takes data URLs, which is what a browser's canvas gives. */
function fromBase64(text: string, where: string): Uint8Array {
  const data = text.replace(/^data:image\/(?:png|jpeg);base64,/, "");
  if (data !== "" && data.length % 4 !== 1 && /^[A-Za-z0-9+/]*={0,2}$/.test(data)) {
    return Buffer.from(data, "base64");
  }
  throw new RequestError(
    "unreadable_picture",
    `${where} must be a PNG or JPEG file in base64, but got ${describe(text)}.`,
  );
}

async function readForm(request: FastifyRequest, context: ReadImagesContext): Promise<Uint8Array[]> {
  const files = await formFiles(request.parts(), context).catch((error: Error & { code?: string }) => {
    if (error.code !== undefined) throw error;
    throw new RequestError("malformed_form", `The form is damaged: ${error.message}.`, { cause: error });
  });
  checkCount(files.length, context);
  return await Promise.all(files.map(([bytes, name]) => decodePicture(bytes, name, request, context)));
}

async function formFiles(
  parts: AsyncIterable<Multipart>,
  context: ReadImagesContext,
): Promise<[bytes: Uint8Array, name: string][]> {
  const files: [Uint8Array, string][] = [];
  let size = 0;
  for await (const part of parts) {
    if (part.type === "field") {
      throw new RequestError(
        "malformed_form",
        `The form's field ${describe(part.fieldname)} is no file; expected picture files only.`,
      );
    }
    const bytes = await part.toBuffer();
    size += bytes.length;
    if (size > context.maxBody) {
      throw new RequestError(
        "body_too_large",
        `The files are larger than ${context.maxBody} bytes together.`,
      );
    }
    files.push([bytes, part.filename || `File ${files.length + 1}`]);
  }
  return files;
}

/** Work for a client that has left would only delay the others'. @throws RequestError when it has */
export function checkWanted({ socket }: FastifyRequest): void {
  if (socket.destroyed) throw new RequestError("malformed_request", "The request was broken off.");
}

async function decodePicture(
  bytes: Uint8Array,
  name: string,
  request: FastifyRequest,
  { imageShape: [height, width, channels], limiter }: ReadImagesContext,
): Promise<Uint8Array> {
  try {
    const read = (): Promise<Uint8Array> => tamePicture(bytes, name, Math.max(height, width));
    const decoded = await limiter(() => {
      checkWanted(request);
      return decodeDigitImage(read, name, { height, width, channels });
    });
    return decoded.data;
  } catch (error) {
    if (error instanceof RequestError || !(error instanceof TrazoError)) throw error;
    throw new RequestError("unreadable_picture", error.message, { cause: error });
  }
}
