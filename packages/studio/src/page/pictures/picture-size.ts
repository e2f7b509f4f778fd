interface Size {
  readonly width: number;
  readonly height: number;
}

/** Decoded, a picture takes four bytes for each pixel, however small its file is. */
export const mostPixels = 50_000_000;

/** A picture with more pixels than a device's memory should have to hold. */
export class PictureTooLarge extends Error {}

/** @throws PictureTooLarge before anything is decoded; another error when the browser cannot read the file */
export async function requireModestSize(file: Blob): Promise<void> {
  const { width, height } = await sizeOf(file);
  if (width * height > mostPixels) throw new PictureTooLarge(`${width}×${height}`);
}

/** What the file's header says: an image that is not shown is not decoded, either. */
async function sizeOf(file: Blob): Promise<Size> {
  const image = new Image();
  const url = URL.createObjectURL(file);
  try {
    await new Promise((resolve, reject) => {
      image.onload = resolve;
      image.onerror = () => reject(new Error("The browser cannot read this picture."));
      image.src = url;
    });
    return { width: image.naturalWidth, height: image.naturalHeight };
  } finally {
    URL.revokeObjectURL(url);
  }
}
