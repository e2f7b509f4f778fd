import type { DistortionName } from "../../protocol/messages.js";
import type { Failure } from "../../protocol/refusals.js";
import type { TechniqueName } from "../../protocol/settings.js";
import type { CameraProblem, Problem } from "../state/problem.js";

/** With {own}, {base}, {pixels} and {share}. */
export interface ChangeTexts {
  /** What the figure is. */
  readonly measure: string;
  /** What the technique has changed, where the figures say so. */
  readonly sentence: string;
  /** Where they do not. */
  readonly otherwise: string;
}

/** Everything that the page says, in one language. `{name}` stands for what is put in. */
export interface Texts {
  /** In the language itself. */
  readonly language: string;
  readonly title: string;
  readonly screens: {
    readonly learn: string;
    readonly compare: string;
    readonly inside: string;
    readonly pictures: string;
  };
  readonly look: {
    readonly label: string;
    readonly auto: string;
    readonly light: string;
    readonly dark: string;
    readonly projector: string;
  };
  readonly languageLabel: string;
  readonly connecting: string;
  /** With {loaded} and {total}, megabytes. */
  readonly loading: string;
  readonly disconnected: string;
  /** The same where the engine runs in the page. */
  readonly engineStopped: string;
  /** With {library} and {threads}. */
  readonly engineNative: string;
  readonly enginePage: string;
  readonly oneThread: string;
  /** With {threads}. */
  readonly threads: string;
  /** What is wrong and what to do, with what the problem has: {run}, {step}, {kept}, {index}, {last}, {side}, {name}, {most} (millions of pixels), {message}. */
  readonly problems: Readonly<Record<Problem["kind"], string>>;
  /** Has an engine that could not be started be started. */
  readonly tryAgain: string;
  /** Why a training could not be finished; with {message}. */
  readonly failures: Readonly<Record<Failure["kind"], string>>;

  readonly intro: string;
  readonly status: {
    readonly nothing: string;
    readonly starting: string;
    /** Once the first check has been made; with {run}, {epoch}, {epochs}, {right}. */
    readonly running: string;
    /** The same while moving averages lag; with {own}, too. */
    readonly lagging: string;
    /** With {run}, {step}. */
    readonly paused: string;
    /** After the last epoch; with {run}. */
    readonly checking: string;
    /** With {run}, {accuracy}, {errors}, {test}. */
    readonly done: string;
    /** What a technique has changed is not known yet. */
    readonly measuring: string;
    /** There is no base network to compare with; with {epochs}, as `runs` writes them. */
    readonly noBase: string;
    readonly trainBase: string;
    readonly stopped: string;
    readonly failed: string;
    /** With {epoch}, {accuracy}. */
    readonly epoch: string;
    /** Follows `epoch`; with {accuracy}. */
    readonly notebook: string;
    /** After the first training. */
    readonly next: string;
  };
  readonly controls: {
    readonly fromHere: string;
    readonly fromHereHint: string;
    readonly label: string;
    readonly play: string;
    readonly pause: string;
    readonly step: string;
    readonly restart: string;
    readonly rewind: string;
    /** With {step} and {run}. */
    readonly moment: string;
    readonly now: string;
    readonly backToNow: string;
    /** With {rate}. */
    readonly rate: string;
    readonly epochs: string;
    readonly seed: string;
    /** What a field takes; with {least}, {most}. */
    readonly range: string;
  };
  readonly pad: {
    readonly heading: string;
    readonly area: string;
    readonly keyboard: string;
    readonly clear: string;
    readonly undo: string;
    readonly open: string;
    readonly otherDigit: string;
    /** With {label}. */
    readonly testDigit: string;
    readonly drawHere: string;
  };
  readonly answer: {
    readonly heading: string;
    readonly seen: string;
    readonly nothing: string;
    /** With {digit} and {share}. */
    readonly reads: string;
    /** With {digit} and {share}, while it is not sure. */
    readonly unsure: string;
    /** While a digit is on its way to the network. */
    readonly waiting: string;
    readonly knowsNothing: string;
    /** With {digit}. */
    readonly bar: string;
    readonly moveRight: string;
    readonly turn: string;
    readonly reset: string;
    /** After moving made it wrong; with {digit}. */
    readonly whyMoved: string;
    /** While moving averages lag. */
    readonly lagging: string;
    readonly tryAugmentation: string;
  };
  readonly network: {
    readonly heading: string;
    readonly input: string;
    readonly convolution: string;
    readonly pooling: string;
    readonly dense: string;
    readonly output: string;
    readonly explain: string;
    readonly ink: string;
  };
  readonly curves: {
    readonly heading: string;
    readonly accuracy: string;
    readonly loss: string;
    readonly epoch: string;
    readonly training: string;
    readonly validation: string;
    readonly notebook: string;
    readonly scale: string;
    /** Validation without the moving averages of batch normalization. */
    readonly ownAverages: string;
    /** Why a network with batch normalization validates badly at first. */
    readonly lagging: string;
  };
  readonly techniques: {
    readonly heading: string;
    readonly hint: string;
    readonly names: Readonly<Record<TechniqueName, string>>;
    /** What each does, in one sentence. */
    readonly does: Readonly<Record<Exclude<TechniqueName, "base">, string>>;
    readonly l2: string;
    readonly l1: string;
    readonly dropout: string;
    readonly batchNorm: string;
    readonly augmentation: string;
    readonly factor: string;
    readonly share: string;
    readonly rotation: string;
    readonly shift: string;
    readonly zoom: string;
    readonly variants: string;
    readonly trainAll: string;
    readonly code: string;
  };
  readonly runs: {
    /** With {step}. */
    readonly from: string;
    readonly heading: string;
    readonly none: string;
    readonly status: Readonly<Record<"waiting" | "running" | "done" | "stopped" | "failed", string>>;
    /** With {accuracy}. */
    readonly validation: string;
    readonly test: string;
    readonly seed: string;
    /** With {count}. */
    readonly epochs: string;
    readonly oneEpoch: string;
    /** Its network could not be kept. */
    readonly unkept: string;
    readonly show: string;
    /** With {run}. */
    readonly download: string;
  };
  readonly figure: { readonly heading: string; readonly copy: string; readonly copied: string };
  readonly code: {
    readonly heading: string;
    readonly typescript: string;
    readonly keras: string;
    readonly copy: string;
    readonly copied: string;
    /** Where the page may not copy. */
    readonly selected: string;
    readonly close: string;
  };
  /** What each technique has changed, next to the base network. */
  readonly changes: {
    readonly heading: string;
    readonly more: string;
    /** Of batch normalization, while its moving averages lag; with {remembered} and {own}. */
    readonly lagging: string;
    /** The same where moved digits were read without them. */
    readonly readByOwn: string;
    readonly techniques: Readonly<Record<Exclude<TechniqueName, "base">, ChangeTexts>>;
  };
  readonly compare: {
    /** With {wrong}, {digits}, {least}, {worst}, {seeds}. */
    readonly wrongSeeds: string;
    readonly repeat: string;
    readonly byHeart: string;
    readonly byHeartHint: string;
    /** With {epoch}. */
    readonly learnedByHeart: string;
    /** With {epoch}. */
    readonly trainedHarder: string;
    readonly needRuns: string;
    readonly onePicture: string;
    readonly allDigits: string;
    readonly sliders: Readonly<Record<"right" | "down" | "rotation" | "zoom" | "noise", string>>;
    readonly reset: string;
    /** With {wrong} and {digits}. */
    readonly wrong: string;
    readonly curve: string;
    readonly by: Readonly<Record<DistortionName, string>>;
    readonly wrongAxis: string;
    readonly gallery: string;
    readonly readsA: string;
    readonly readsB: string;
    /** With {a}, {b}, {count}. */
    readonly difference: string;
    readonly differenceOne: string;
    readonly noDifference: string;
    /** With {label}, {a}, {b}. */
    readonly digitCaption: string;
    readonly confusion: string;
    readonly confusionHint: string;
    readonly isA: string;
    readonly readAs: string;
    /** With {label}, {read}, {count}. */
    readonly filtered: string;
    readonly filteredOne: string;
    readonly showAll: string;
    readonly measuring: string;
    readonly noneYet: string;
    readonly best: string;
    /** With {run}. */
    readonly lagging: string;
    /** With {epoch}. */
    readonly notCaughtUp: string;
  };
  readonly inside: {
    readonly looking: string;
    readonly looked: string;
    readonly lookedHint: string;
    readonly nextMistake: string;
    /** With {digit}. */
    readonly readRight: string;
    /** With {digit}, {truth}. */
    readonly readWrong: string;
    readonly averages: string;
    readonly averagesHint: string;
    /** With {least}, {most}. */
    readonly averagesAxes: string;
    /** With {share}. */
    readonly caughtUp: string;
    readonly resilience: string;
    readonly resilienceHint: string;
    readonly removed: string;
    readonly nothing: string;
    readonly network: string;
    readonly kernel: string;
    readonly filter: string;
    /** With {number}. */
    readonly filterName: string;
    readonly products: string;
    readonly productsHint: string;
    /** With {sum}, {bias}, {total} and {value}. */
    readonly sum: string;
    readonly map: string;
    readonly walk: string;
    readonly place: string;
    readonly weights: string;
    readonly weightsHint: string;
    readonly weightsPicture: string;
    readonly weightsHistogram: string;
    /** With {share}. */
    readonly nearZero: string;
    readonly masks: string;
    /** With {share}. */
    readonly masksHint: string;
    readonly workingPicture: string;
    /** Follows how many; with {units} and {digits}. */
    readonly silent: string;
    readonly unitsOff: string;
    /** With {count}, {digit} and {share}. */
    readonly agree: string;
    readonly activations: string;
    readonly activationsHint: string;
    readonly before: string;
    readonly after: string;
    readonly notNormalized: string;
  };
  readonly pictures: {
    readonly collect: string;
    readonly collectHint: string;
    readonly classFolders: string;
    readonly example: string;
    /** With {count}, {most}. */
    readonly limit: string;
    /** With {count}, {most}. */
    readonly limitPage: string;
    /** With {done}, {total}. */
    readonly reading: string;
    /** With {count}. */
    readonly added: string;
    /** With {count}. */
    readonly duplicates: string;
    /** With {count}. */
    readonly left: string;
    /** With {names}. */
    readonly unreadable: string;
    /** With {names}, {most}. */
    readonly huge: string;
    readonly unkept: string;
    /** With {number}. */
    readonly newClass: string;
    readonly addClass: string;
    readonly className: string;
    /** With {name}. */
    readonly removeClass: string;
    /** With {count}. */
    readonly count: string;
    readonly files: string;
    readonly folder: string;
    readonly camera: string;
    readonly draw: string;
    readonly clear: string;
    readonly take: string;
    readonly stopTaking: string;
    readonly addDrawing: string;
    readonly removePicture: string;
    readonly dropHere: string;
    readonly noCamera: Readonly<Record<CameraProblem, string>>;
    readonly cameraPicture: string;
    readonly shapes: {
      readonly circle: string;
      readonly square: string;
      readonly triangle: string;
    };
    readonly train: string;
    readonly size: string;
    readonly colors: string;
    readonly color: string;
    readonly gray: string;
    readonly varied: string;
    readonly start: string;
    readonly again: string;
    readonly stop: string;
    readonly needPictures: string;
    /** With {most}. */
    readonly tooManyClasses: string;
    readonly needNames: string;
    /** With {total}, {most}. */
    readonly tooMany: string;
    /** With {name}, {count}. */
    readonly tooFewToValidate: string;
    /** With {name}, {count}. */
    readonly few: string;
    readonly uneven: string;
    /** With {names}. */
    readonly empty: string;
    /** With {epoch}, {epochs}, {accuracy}, {rate}. */
    readonly running: string;
    /** With {epochs}, as `runs` writes them. */
    readonly done: string;
    readonly stopped: string;
    /** With {failure}. */
    readonly failed: string;
    /** With {training}, {right}, {validation}. */
    readonly result: string;
    /** With {training}. */
    readonly noValidation: string;
    readonly try: string;
    readonly tryLater: string;
    readonly openPicture: string;
    readonly mistakes: string;
    /** With {wrong}, {count}. */
    readonly mistakesHint: string;
    /** With {count}. */
    readonly noMistakes: string;
    /** With {label}, {read}, {share}. */
    readonly mistake: string;
    readonly heat: string;
    readonly takeAway: string;
    readonly takeAwayHint: string;
    readonly webPage: string;
    /** With {classes}. */
    readonly readerHint: string;
    /** With {folder}. */
    readonly keptIn: string;
  };
}
