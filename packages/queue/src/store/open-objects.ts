import { FolderObjects } from "./folder-objects.js";
import type { ObjectStore } from "./object-store.js";
import { isS3Address } from "./s3-address.js";
import { S3Objects } from "./s3-objects.js";

/**
 * A store by its name.
 *
 * @param place a folder that every machine sees, or `s3://bucket/prefix`
 * @throws TrazoError when the address is wrong
 */
export const openObjects = async (place: string): Promise<ObjectStore> =>
  isS3Address(place) ? await S3Objects.open(place) : new FolderObjects(place);
