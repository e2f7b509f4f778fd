import type { S3Client } from "@aws-sdk/client-s3";
import { QueueError, type Tell } from "../failures/index.js";
import type { ObjectStore } from "./object-store.js";
import { parseS3Address, type S3Address } from "./s3-address.js";

type Library = typeof import("@aws-sdk/client-s3");

/** Objects in a bucket of S3 or of a store that speaks its language: MinIO, Ceph, R2, Garage, SeaweedFS and others. */
export class S3Objects implements ObjectStore {
  private constructor(
    readonly name: string,
    private readonly address: S3Address,
    private readonly client: S3Client,
    private readonly library: Library,
  ) {}

  /**
   * Keys are read as all programs of Amazon's do: from the environment, `~/.aws`, or the machine's or pod's own role.
   *
   * @param text the address, as `parseS3Address` reads it
   * @throws TrazoError when the address is wrong or the package `@aws-sdk/client-s3` is not installed
   */
  static async open(text: string): Promise<S3Objects> {
    const address = parseS3Address(text);
    const { bucket, prefix, endpoint, region = "us-east-1" } = address;
    const library = await loadLibrary();
    const client = new library.S3Client({
      region,
      maxAttempts: 6,
      // What other stores do not all know: a bucket as a part of the host's name, and checksums beside the content's own.
      ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
    });
    return new S3Objects(`s3://${bucket}/${prefix}`.replace(/\/$/, ""), address, client, library);
  }

  async has(key: string): Promise<boolean> {
    const command = new this.library.HeadObjectCommand(this.place(key));
    return (await this.answer(key, () => this.client.send(command))) !== undefined;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const command = new this.library.GetObjectCommand(this.place(key));
    return await this.answer(key, async () => (await this.client.send(command)).Body?.transformToByteArray());
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    const command = new this.library.PutObjectCommand({
      ...this.place(key),
      Body: bytes,
      ContentLength: bytes.byteLength,
    });
    const sent = await this.answer(key, () => this.client.send(command));
    if (!sent) throw this.failure(key, ({ noBucket }) => noBucket(this.address.bucket));
  }

  async remove(key: string): Promise<void> {
    const command = new this.library.DeleteObjectCommand(this.place(key));
    await this.answer(key, () => this.client.send(command));
  }

  close(): void {
    this.client.destroy();
  }

  private place(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.address.bucket, Key: this.address.prefix + key };
  }

  /** What the store answers; undefined when it knows no such object. */
  private async answer<T>(key: string, ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask();
    } catch (cause) {
      const { name, $metadata: { httpStatusCode: status } = {} } = cause as {
        name?: string;
        $metadata?: { httpStatusCode?: number };
      };
      if (status === 404 && !(name === "NoSuchBucket" || areUnknownKeys(name))) return undefined;
      if (name === "NoSuchKey" || name === "NotFound") return undefined;
      throw this.failure(key, reasonOf(cause as Error, status, this.address), cause);
    }
  }

  private failure(key: string, why: Tell, cause?: unknown): QueueError {
    return new QueueError((text) => `${this.name}: ${key}: ${why(text)}.`, { cause });
  }
}

async function loadLibrary(): Promise<Library> {
  try {
    return await import("@aws-sdk/client-s3");
  } catch (cause) {
    throw new QueueError(({ needsS3Package }) => needsS3Package, { cause });
  }
}

/** What Versity S3 Gateway says of an unknown key, with status 404. */
const areUnknownKeys = (name: string | undefined): boolean => name === "XAdminUserNotFound";

function reasonOf(error: Error, status: number | undefined, { bucket, endpoint }: S3Address): Tell {
  const { code, name, message } = error as NodeJS.ErrnoException;
  if (name === "NoSuchBucket") return ({ noBucket }) => noBucket(bucket);
  if (name === "CredentialsProviderError") return ({ noKeys }) => noKeys;
  if (status === 403 || areUnknownKeys(name)) return ({ accessDenied }) => accessDenied(name);
  if (code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return ({ storeNotReached }) => storeNotReached(endpoint ?? "Amazon S3", code);
  }
  return () => `${message || name}${status === undefined ? "" : ` (status ${status})`}`;
}
