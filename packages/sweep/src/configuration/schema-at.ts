import type { JsonObject } from "trazo";
import type { Path } from "./config-node.js";
import { runSchema } from "./json-schema.js";

/** Whether what a configuration may hold at a path is text and nothing else. */
export function takesOnlyText(path: Path): boolean {
  const schema = runSchema();
  const found = path.reduce<JsonObject[]>(
    (schemas, key) => schemas.flatMap((one) => within(one, key, schema)),
    [schema],
  );
  const plain = found.flatMap((one) => alternatives(one, schema));
  return plain.length > 0 && plain.every((one) => one.type === "string" || isTexts(one.enum));
}

const isTexts = (values: unknown): boolean =>
  Array.isArray(values) && values.every((value) => typeof value === "string");

/** What a schema says of an entry of an object or a list. */
const within = (schema: JsonObject, key: string | number, root: JsonObject): JsonObject[] =>
  alternatives(schema, root).flatMap((one) => {
    const found = typeof key === "number" ? one.items : (one.properties as JsonObject | undefined)?.[key];
    return found === undefined ? [] : [found as JsonObject];
  });

/** A schema without `$ref`, `anyOf` and `if`: what they lead to. */
function alternatives(schema: JsonObject, root: JsonObject): JsonObject[] {
  const reference = typeof schema.$ref === "string" ? schema.$ref.split("/").at(-1) : undefined;
  if (reference !== undefined) {
    return alternatives((root.$defs as Record<string, JsonObject>)[reference] as JsonObject, root);
  }
  const choices = Array.isArray(schema.anyOf)
    ? schema.anyOf
    : schema.if
      ? [schema.then, schema.else]
      : undefined;
  return choices ? choices.flatMap((one) => alternatives(one as JsonObject, root)) : [schema];
}
