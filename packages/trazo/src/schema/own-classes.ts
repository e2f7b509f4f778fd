import { TrazoError } from "../errors.js";

/** The kinds of classes that a user may define and files may hold, and with what they are defined. */
export const makers = {
  layers: "defineLayer",
  losses: "defineLoss",
  metrics: "defineMetric",
  optimizers: "defineOptimizer",
  schedules: "defineSchedule",
  initializers: "defineInitializer",
  regularizers: "defineRegularizer",
  constraints: "defineConstraint",
} as const;

export type OwnKind = keyof typeof makers;

/** What finds a user's own class in files; its definition is for the registry of its kind. */
export interface OwnClass {
  readonly registeredName: string;
  readonly definition: { readonly className: string };
}

/** A user's own classes of every kind. */
export type OwnClasses = Readonly<Partial<Record<OwnKind, readonly OwnClass[] | undefined>>>;

/**
 * The user's own class that goes by a name in files.
 *
 * @param name the registered name, or the class
 */
export const findOwn = (
  own: readonly OwnClass[] | undefined,
  name: string,
): OwnClass["definition"] | undefined =>
  own?.find((one) => one.registeredName === name || one.definition.className === name)?.definition;

/**
 * What to say of a class that is not Keras's own and was not given.
 *
 * @param one the kind in words, e.g. `an optimizer`
 */
export const unknownOwn = (name: string, kind: OwnKind, one: string, where: string): TrazoError =>
  new TrazoError(
    `${where}: "${name}" is not ${one} of Keras's own. If you defined it with ${makers[kind]}, pass it: ` +
      `loadModel(path, { customObjects: { ${kind}: [...] } }).`,
  );
