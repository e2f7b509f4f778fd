import type { Json, JsonObject } from "../errors.js";

/** What people want to know of a layer at a glance, from its configuration: `3×3, 32, stride 2, relu`. */
export function layerDetail(config: JsonObject): string {
  const window = config.kernel_size ?? config.pool_size ?? config.size;
  const parts = [
    isSize(window) && times(window),
    config.filters,
    config.units,
    isSize(config.strides) && config.pool_size === undefined && isMoreThanOne(config.strides)
      ? `stride ${short(config.strides)}`
      : undefined,
    isSize(config.dilation_rate) && isMoreThanOne(config.dilation_rate)
      ? `dilation ${short(config.dilation_rate)}`
      : undefined,
    typeof config.groups === "number" && config.groups > 1 ? `groups ${config.groups}` : undefined,
    config.rate,
    typeof config.activation === "string" && config.activation !== "linear" ? config.activation : undefined,
  ];
  return parts
    .filter((part) => typeof part === "string" || typeof part === "number")
    .map(String)
    .join(", ");
}

const isSize = (json: Json | undefined): json is number[] =>
  Array.isArray(json) && json.length > 0 && json.every((side) => typeof side === "number");

const times = (sides: readonly number[]): string => sides.join("×");
const isMoreThanOne = (sides: readonly number[]): boolean => sides.some((side) => side > 1);
const short = (sides: readonly number[]): string =>
  sides.every((side) => side === sides[0]) ? String(sides[0]) : times(sides);
