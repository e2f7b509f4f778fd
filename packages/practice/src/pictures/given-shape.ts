import { loadModel, modelPictures, type Runtime, TrazoError } from "trazo";

/**
 * Height, width and channels of the pictures that a Keras file's model takes.
 *
 * @throws TrazoError when the file cannot be read, or its model takes no pictures
 */
export async function givenShape(
  path: string,
  runtime: Runtime,
): Promise<readonly [height: number, width: number, channels: 1 | 3]> {
  const given = await loadModel(path, { runtime, compile: false });
  try {
    const { height, width, channels } = modelPictures(given);
    return [height, width, channels];
  } catch (error) {
    if (error instanceof TrazoError) throw new TrazoError(`${path}: ${error.message}`, { cause: error });
    throw error;
  } finally {
    await given.dispose();
  }
}
