import { batch, computed, signal } from "@preact/signals";
import {
  type Answer,
  type Ask,
  type Beginning,
  type CommandName,
  type Distortion,
  type DistortionName,
  type Hello,
  type Reading,
  type StudioEvent,
  type Subject,
  undistorted,
} from "../../protocol/messages.js";
import { refusalOf } from "../../protocol/refusals.js";
import { baseSettings, isSameRun, type RunSettings } from "../../protocol/settings.js";
import type { EngineLink, OpenEngine } from "../engine/link.js";
import type { Cell, Moment, Pair } from "./address.js";
import { EventQueue } from "./event-queue.js";
import { newName } from "./new-name.js";
import { ProblemState } from "./problem.js";
import { afterEvent, currentRun, keptMoment, type Runs } from "./runs.js";
import { toldApart } from "./told-apart.js";

/** The test digit that is shown before anybody draws: a clear 7, MNIST's first. */
const firstDigit = 0;
/** Milliseconds after which an engine that was found, but did not say what there is, is asked again. */
const greetAgainMs = 1000;

/** What a studio shows at first. */
export interface StudioBeginning {
  /** Whether a run begins when there is none, so that something moves without a click. Default true. */
  readonly autostart?: boolean;
  readonly digit?: number | undefined;
  readonly settings?: RunSettings | undefined;
  readonly distortion?: Distortion | undefined;
  readonly curve?: "accuracy" | "loss" | undefined;
  readonly by?: DistortionName | undefined;
  readonly looked?: number | undefined;
  readonly moment?: Moment | undefined;
  readonly filter?: number | undefined;
  readonly pair?: Pair | undefined;
  readonly cell?: Cell | undefined;
}

/** Everything that the page shows and that changes. Only this module asks the engine. */
export class StudioState {
  readonly runs = signal<Runs>(new Map());
  readonly engine = signal<Hello["engine"] | undefined>(undefined);
  readonly data = signal<Hello["data"] | undefined>(undefined);
  readonly published = signal<Hello["published"]>({});
  readonly pictureRun = signal<Hello["pictures"]>(null);
  readonly playing = signal(true);
  readonly isLost = signal(false);
  /** How often an engine has been found: what is known of runs by their numbers holds until the next time. */
  readonly opening = signal(0);
  /** How much of the data has come. */
  readonly progress = signal<{ readonly loaded: number; readonly total: number | undefined } | undefined>(
    undefined,
  );
  readonly problem = new ProblemState();
  /** What the knobs say: the next run trains with it. */
  readonly settings = signal<RunSettings>(baseSettings);
  readonly subject = signal<Subject>({ kind: "digit", index: firstDigit });
  /** The label of the test digit that is shown. */
  readonly label = signal<number | undefined>(undefined);
  readonly distortion = signal<Distortion>(undistorted);
  readonly reading = signal<Reading | undefined>(undefined);
  /** Where in the past of a run the page looks; undefined: it looks at now. */
  readonly moment = signal<Moment | undefined>(undefined);
  /** The moment that the page's address asks for, until a run gets there. */
  readonly awaited = signal<Moment | undefined>(undefined);
  /** Which curves are shown, how digits are changed in the curves of errors, and whose inside is shown. */
  readonly curve = signal<"accuracy" | "loss">("accuracy");
  readonly by = signal<DistortionName>("shift");
  readonly looked = signal<number | undefined>(undefined);
  /** Which filter is shown, which two networks are compared, and which cell of the confusion matrix is chosen; undefined: as the page chooses. */
  readonly filter = signal(0);
  readonly pair = signal<Pair | undefined>(undefined);
  readonly cell = signal<Cell | undefined>(undefined);
  readonly hidden = signal<ReadonlySet<number>>(new Set());
  readonly current = computed(() => currentRun(this.runs.value));

  readonly #client = newName();
  readonly #link: EngineLink;
  /** Whether a run begins by itself, once the engine is there and has none. */
  #autostart: boolean;
  #isFresh = false;
  /** Whether the knobs say what somebody wants; otherwise they say what the last run was. */
  #areSettingsGiven: boolean;
  readonly #events: EventQueue<StudioEvent>;
  /** How often an engine was found or lost: only the answer to the last greeting counts. */
  #greeting = 0;
  #isReading = false;
  #isQueueing = false;
  #isStale = false;

  /** @param schedule has events that have come together taken at once, in time for the screen */
  constructor(open: OpenEngine, schedule: (take: () => void) => void, beginning: StudioBeginning = {}) {
    this.#events = new EventQueue<StudioEvent>((events) => this.#takeAll(events), schedule);
    const { autostart = true, digit, settings, distortion, curve, by, looked, moment } = beginning;
    const { filter = 0, pair, cell } = beginning;
    this.filter.value = filter;
    this.pair.value = pair;
    this.cell.value = cell;
    if (distortion) this.distortion.value = distortion;
    if (curve) this.curve.value = curve;
    if (by) this.by.value = by;
    this.looked.value = looked;
    this.awaited.value = moment;
    this.#autostart = autostart;
    if (digit !== undefined) this.subject.value = { kind: "digit", index: digit };
    if (settings) this.settings.value = settings;
    this.#areSettingsGiven = settings !== undefined;
    this.#link = open(this.#client, {
      onOpen: () => void this.#greet(),
      onLost: () =>
        batch(() => {
          this.#greeting++;
          this.isLost.value = true;
          // A question that failed by the same loss says nothing more.
          this.problem.clear();
        }),
      onProgress: (loaded, total) => {
        this.progress.value = { loaded, total };
      },
      onFailed: (reason) =>
        batch(() => {
          this.#greeting++;
          this.isLost.value = false;
          this.problem.tell(reason, "opening");
        }),
      onEvent: (event) => this.#events.add(event),
    });
  }

  /** Whether an engine that could not be started can be tried again. */
  get canRetry(): boolean {
    return this.#link.retry !== undefined && this.problem.about.value === "opening";
  }

  retry(): void {
    this.problem.clear();
    this.#link.retry?.();
  }

  /** Starts a run with the knobs as they are and the weights of a moment. @param batchNorm whether those are of a network that normalizes */
  async startFrom(from: Beginning, batchNorm: boolean): Promise<void> {
    // The page has left the moment already: somebody clicks twice.
    if (!this.moment.value) return;
    const settings = { ...this.settings.value, batchNorm };
    batch(() => {
      this.moment.value = undefined;
      this.settings.value = settings;
    });
    await this.ask("start", { settings, from });
  }

  /** From now on a run begins by itself when there has been none. */
  autostart(): void {
    this.#autostart = true;
    this.#beginOnce();
  }

  #beginOnce(): void {
    if (!this.#autostart || !this.#isFresh) return;
    this.#isFresh = false;
    void this.ask("start", { settings: this.settings.value, first: true });
  }

  /** Asks the engine; what it refuses is shown on the page. */
  async ask<Name extends CommandName>(command: Name, ask: Ask<Name>): Promise<Answer<Name> | undefined> {
    try {
      const answer = await this.#link.ask(command, ask);
      this.problem.settle(command);
      return answer;
    } catch (error) {
      if (!this.isLost.value) this.problem.tell(refusalOf(error), command);
      return undefined;
    }
  }

  /** Starts a run with the knobs as they are. */
  async start(settings = this.settings.value): Promise<void> {
    batch(() => {
      this.moment.value = undefined;
      this.awaited.value = undefined;
      this.settings.value = settings;
    });
    await this.ask("start", { settings });
  }

  /** Sets the knobs, and starts a run with them, unless one of just these is there and nothing is under way. */
  async change(settings: RunSettings): Promise<void> {
    const runs = [...this.runs.value.values()];
    const isBusy = runs.some(({ status }) => status === "running" || status === "waiting");
    const isThere = runs.some(
      ({ status, offset, settings: one }) => status === "done" && !offset && isSameRun(one, settings),
    );
    if (isThere && !isBusy) this.settings.value = settings;
    else await this.start(settings);
  }

  /** Has runs trained one after another, but those that are there. Asked twice, as by somebody who clicks twice, it does so once. */
  async queue(all: readonly RunSettings[]): Promise<void> {
    if (this.#isQueueing) return;
    this.#isQueueing = true;
    const known = [...this.runs.value.values()]
      .filter(({ status, offset }) => status !== "stopped" && status !== "failed" && !offset)
      .map(({ settings }) => settings);
    for (const settings of all) {
      if (!known.some((one) => isSameRun(one, settings))) await this.ask("start", { settings, next: true });
    }
    this.#isQueueing = false;
  }

  show(subject: Subject, distortion = this.distortion.value): void {
    batch(() => {
      this.subject.value = subject;
      this.distortion.value = distortion;
    });
    void this.readAgain();
  }

  lookAt(moment: Moment | undefined): void {
    batch(() => {
      this.awaited.value = undefined;
      this.moment.value = moment;
    });
    void this.readAgain();
  }

  /** Goes to the moment that the address asks for once it is kept. Engines count their runs anew: of one unknown, what is trained now counts. */
  #goToAwaited(): void {
    const awaited = this.awaited.value;
    const run = awaited && (this.runs.value.get(awaited.run) ?? this.current.value);
    if (!run) return;
    const kept = keptMoment(run, awaited.step);
    if (kept === "later") return;
    this.lookAt(kept === undefined ? undefined : { run: run.id, step: kept });
  }

  /** Has the picture read; while an answer is awaited, only the last of several changes counts. */
  async readAgain(): Promise<void> {
    this.#isStale = true;
    if (this.#isReading) return;
    this.#isReading = true;
    while (this.#isStale) {
      this.#isStale = false;
      const picture = { subject: this.subject.value, distortion: this.distortion.value };
      const moment = this.moment.value;
      // The engine continues telling about what it was last asked to watch.
      const now = await this.ask("watch", { client: this.#client, ...picture });
      const reading = moment ? await this.ask("rewind", { ...moment, ...picture }) : now;
      if (!this.#isStale) this.reading.value = reading ?? undefined;
    }
    this.#isReading = false;
  }

  async #greet(): Promise<void> {
    const greeting = ++this.#greeting;
    this.#events.hold();
    const hello = await this.ask("hello", {});
    if (greeting !== this.#greeting) return;
    if (!hello) {
      setTimeout(() => {
        if (greeting === this.#greeting) void this.#greet();
      }, greetAgainMs);
      return;
    }
    batch(() => {
      this.isLost.value = false;
      this.problem.settle("opening");
      this.opening.value++;
      this.engine.value = hello.engine;
      this.data.value = hello.data;
      this.published.value = hello.published;
      this.playing.value = hello.playing;
      this.pictureRun.value = hello.pictures;
      this.runs.value = toldApart(hello.runs);
    });
    this.#leaveLostMoment();
    this.#events.release();
    const last = this.current.value;
    this.#isFresh = hello.isFresh;
    if (last && !this.#areSettingsGiven) this.settings.value = last.settings;
    this.#areSettingsGiven = true;
    this.#beginOnce();
    void this.readAgain();
    void this.#askLabel();
    this.#goToAwaited();
  }

  /** Engines keep fewer moments as a run grows, none of old runs, and none from before they were started: then the last one before counts, or now. */
  #leaveLostMoment(): void {
    const moment = this.moment.value;
    if (!moment) return;
    const moments = this.runs.value.get(moment.run)?.moments ?? [];
    const kept = moments.findLast((step) => step <= moment.step);
    if (kept !== moment.step) this.lookAt(kept === undefined ? undefined : { run: moment.run, step: kept });
  }

  /** Shows another test digit. */
  async showDigit(index: number): Promise<void> {
    this.show({ kind: "digit", index }, undistorted);
    await this.#askLabel();
  }

  async #askLabel(): Promise<void> {
    const subject = this.subject.value;
    if (subject.kind !== "digit") return;
    const answer = await this.ask("digits", { indices: [subject.index], distortion: undistorted });
    if (this.subject.value === subject) this.label.value = answer?.labels[0];
  }

  /** What the engine has read of an earlier picture may come after the answer about the one that is shown. */
  #isOfWhatIsShown({ seen }: Reading): boolean {
    if (this.moment.value || this.#isStale || this.#isReading) return false;
    return !this.reading.value || this.reading.value.seen === seen;
  }

  #takeAll(events: readonly StudioEvent[]): void {
    batch(() => {
      for (const event of events) {
        if (event.type === "playing") this.playing.value = event.playing;
        else if (event.type === "pictures") this.pictureRun.value = event.run;
        else if (event.type !== "reading") this.runs.value = afterEvent(this.runs.value, event);
        else if (this.#isOfWhatIsShown(event.reading)) this.reading.value = event.reading;
      }
    });
    this.#leaveLostMoment();
    this.#goToAwaited();
  }
}
