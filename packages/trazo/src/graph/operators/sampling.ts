import { TrazoError } from "../../errors.js";
import type { Operator } from "../operator.js";
import { dimsEqual, formatShape } from "../shape.js";
import type { Dim, Value } from "../value.js";
import { requireChannelsFirst, requireEqualDtypes } from "./requirements.js";

export const sampling: Record<string, Operator> = {
  GridSample: {
    attributes: { mode: "string", padding_mode: "string", align_corners: "int" },
    infer: ([x, grid]) => {
      const [image, places] = [x as Value, grid as Value];
      requireChannelsFirst("GridSample", image);
      requireEqualDtypes("GridSample", image, places);
      const [batch, channels] = image.shape as [Dim, Dim, Dim, Dim];
      const [count, height, width, coordinates] = places.shape;
      if (places.shape.length !== 4 || coordinates !== 2 || !dimsEqual(count as Dim, batch)) {
        throw new TrazoError(
          `GridSample: images ${formatShape(image.shape)} need places [batch, height, width, 2], but got ` +
            `${formatShape(places.shape)}.`,
        );
      }
      return [{ dtype: image.dtype, shape: [batch, channels, height as Dim, width as Dim] }];
    },
  },
};
