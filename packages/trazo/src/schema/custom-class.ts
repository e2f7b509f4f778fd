import type { AnyDefinition, Configured, Definition, EveryOption, Factory } from "./define.js";

/** A user's own class as `loadModel` takes it: what `defineLayer`, `defineOptimizer`, … gave. */
export interface CustomClass<T extends object> {
  readonly definition: AnyDefinition<T>;
  readonly registeredName: string;
}

/** Makes objects of a user's own class from options, and tells `loadModel` how to read them. */
export type CustomFactory<S, T extends object> = Factory<S, T> & CustomClass<T>;

/** Gives a factory the name that it is called by in errors. Default: the class in camelCase. */
export function named<F extends Factory<never, object>>(factory: F, name?: string): F {
  const { className } = factory.definition;
  const camelCase = className.charAt(0).toLowerCase() + className.slice(1);
  return Object.defineProperty(factory, "name", { value: name ?? camelCase });
}

/** The name under which files have a class. */
export const registeredName = (className: string, packageName = "Custom"): string =>
  `${packageName}>${className}`;

/** A factory under the name by which files have its class. */
export const customFactory = <S, T extends object>(
  factory: Factory<S, T>,
  registeredName: string,
): CustomFactory<S, T> => Object.assign(named(factory), { registeredName });

/** A user's own class, with the first part of its name in files. */
export type OwnDefinition<S extends EveryOption<S>, T extends Configured> = Definition<
  S,
  Omit<T, keyof Configured>
> & {
  /** Default `Custom`, as for Keras's `register_keras_serializable`. */
  readonly package?: string | undefined;
};

/** What defines classes of a user's own, given what defines those of the library. */
export const ownDefiner =
  <T extends Configured>(
    define: <const S extends EveryOption<S>>(
      definition: Definition<S, Omit<T, keyof Configured>>,
    ) => Factory<S, T>,
  ) =>
  <const S extends EveryOption<S>>({
    package: packageName,
    ...definition
  }: OwnDefinition<S, T>): CustomFactory<S, T> => {
    const name = registeredName(definition.className, packageName);
    return customFactory(define({ ...definition, registeredName: name }), name);
  };
