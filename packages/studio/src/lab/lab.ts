import { type Callback, sliceRows, type Tensor, TrainingInterrupted } from "trazo";
import { toBase64 } from "../protocol/base64.js";
import type {
  Answer,
  Ask,
  Beginning,
  CheckPoint,
  CommandName,
  Distortion,
  DistortionName,
  Hello,
  Misread,
  Question,
  Reading,
  RunReading,
  StudioEvent,
  Subject,
} from "../protocol/messages.js";
import { isOver, movedPixels, undistorted } from "../protocol/messages.js";
import { failureOf, Refused } from "../protocol/refusals.js";
import { isSameRun, knobDefaults, type RunSettings } from "../protocol/settings.js";
import { Looker } from "./look.js";
import { generatorOf, networkOf } from "./network.js";
import { PictureLab } from "./pictures/picture-lab.js";
import { batchSize, type LabPorts } from "./ports.js";
import { Readers } from "./readers.js";
import { removedShares } from "./resilience.js";
import { type RunBeginning, RunLog } from "./run-log.js";
import { hasCaughtUp, scoreOf } from "./score.js";
import { StepMeans } from "./step-means.js";
import { bytesOf, digitOf, distorted, stacked } from "./subject.js";
import { distortionAmounts, distortionOf, inTurn, labelOf, labelsOf, TestDigits } from "./test-digits.js";
import { Turns } from "./turns.js";

/** Steps, and milliseconds, that at least lie between two readings of what pages watch. */
const readSteps = 5;
const readMs = 200;
/** Steps between two checks with some of the validation digits, and how many digits that are. */
const checkSteps = 50;
const checkDigits = 500;
/** At first, where a network learns most, checks are closer. */
const isCheckDue = (step: number): boolean =>
  step === 10 || step === 25 || step === 75 || step % checkSteps === 0;
/** Runs whose moments are kept, to rewind to. */
const mostWithMoments = 4;
/** Networks of runs that are over that are kept: each takes five megabytes. */
const mostNetworks = 24;

interface Watched {
  readonly subject: Subject;
  readonly distortion: Distortion;
}

/** The run that is being trained. */
interface Active {
  readonly run: RunLog;
  readonly controller: AbortController;
  looker: Looker | undefined;
  /** Of the network as it is now. */
  weights: (() => Float32Array[]) | undefined;
  readonly ended: Promise<void>;
}

type Answers = { readonly [Name in CommandName]: (ask: Ask<Name>) => Promise<Answer<Name>> };

/**
 * Trains one run after another, and lets pages watch, in a process of its own or in a worker of the page. Pages ask
 * questions, and are told events.
 */
export class Lab {
  readonly #ports: LabPorts;
  readonly #tell: (event: StudioEvent) => void;
  readonly #turns = new Turns();
  readonly #readers: Readers;
  readonly #runs: RunLog[] = [];
  readonly #watched = new Map<string, Watched>();
  readonly #check: { readonly x: Tensor; readonly labels: readonly number[] };
  readonly #testDigits: () => TestDigits;
  #active: Active | undefined;
  #beginning: Promise<void> = Promise.resolve();
  #hasBegun = false;
  /** Digits misread, by run, distortion and amount. */
  readonly #misread = new Map<string, number>();
  readonly #pictures: PictureLab;

  constructor(ports: LabPorts, tell: (event: StudioEvent) => void) {
    this.#ports = ports;
    this.#tell = tell;
    this.#readers = new Readers(ports.runtime);
    this.#pictures = new PictureLab(ports.runtime, tell, (run, model) => ports.keepPictures(run, model));
    const { xVal, yVal } = ports.data;
    const digits = Math.min(checkDigits, xVal.shape[0] as number);
    this.#check = {
      x: sliceRows(xVal, 0, digits),
      labels: Array.from({ length: digits }, (_, i) => labelOf(yVal, i)),
    };
    let made: TestDigits | undefined;
    this.#testDigits = () => {
      made ??= new TestDigits(ports.data);
      return made;
    };
  }

  /** Has the runs that were kept when the studio was open before. */
  async recall(): Promise<void> {
    for (const kept of await this.#ports.kept()) this.#runs.push(RunLog.of(this.#runs.length + 1, kept));
    const pictures = await this.#ports.keptPictures();
    if (pictures) this.#pictures.recall(pictures);
  }

  /** Whether a run, also one that is paused or waits, or somebody's own pictures are under way. */
  get isTraining(): boolean {
    return this.#runs.some(({ status }) => !isOver(status)) || this.#pictures.run?.status === "running";
  }

  /** Answers a question. @throws Refused where it knows why it cannot */
  async ask(question: Question): Promise<Answer<CommandName>> {
    const { command, ...ask } = question;
    const answer = this.#answers[command] as (ask: object) => Promise<Answer<CommandName>>;
    return await answer(ask);
  }

  /** A page is gone. */
  forget(client: string): void {
    this.#watched.delete(client);
  }

  /** Ends the run in progress, as if it were stopped, and those that wait for it. */
  async close(): Promise<void> {
    this.#stopWaiting();
    await this.#pictures.stop();
    await this.#end();
  }

  readonly #answers: Answers = {
    hello: async () => this.#hello(),
    start: async ({ settings, next = false, first = false, from }) => {
      const last = this.#runs.at(-1);
      if (first && this.#hasBegun && last) return { run: last.id };
      // Whoever opens the studio again wants what it has learned, not to wait for the same once more.
      const kept =
        first && this.#runs.findLast((run) => run.status === "done" && isSameRun(run.settings, settings));
      if (kept) return { run: kept.id };
      const beginning = from && this.#beginningFrom(from, settings);
      this.#hasBegun = true;
      const run = this.#add(settings, beginning);
      if (!next) {
        this.#stopWaiting(run);
        await this.#end(run);
      }
      this.#turns.play();
      this.#tellPlaying();
      this.#beginNext();
      return { run: run.id };
    },
    play: async () => {
      this.#turns.play();
      this.#tellPlaying();
      return null;
    },
    pause: async () => {
      this.#turns.pause();
      this.#tellPlaying();
      return null;
    },
    step: async ({ count }) => {
      this.#turns.allow(count);
      this.#tellPlaying();
      return null;
    },
    stop: async () => {
      this.#stopWaiting();
      await this.#end();
      this.#tellPlaying();
      return null;
    },
    watch: async ({ client, subject, distortion }) => {
      // What cannot be read is refused here, not in the middle of a training.
      this.#digit(subject);
      this.#watched.set(client, { subject, distortion });
      return await this.#turns.ask(() => this.#readNow({ subject, distortion }));
    },
    rewind: async ({ run, step, subject, distortion }) =>
      await this.#turns.ask(async () => {
        const found = await this.#readers.at(this.#runOf(run), step);
        return found ? await this.#read(found.looker, run, found.step, { subject, distortion }) : null;
      }),
    readAll: async ({ subject, distortion }) =>
      await this.#turns.ask(() => this.#readAll(subject, distortion)),
    readTest: async ({ distortion }) => {
      const digits = this.#testDigits();
      const pictures = digits.distorted(distortion);
      const runs = await this.#byEveryNetwork(async (looker) => labelsOf(await looker.answers(pictures)));
      return {
        indices: digits.indices,
        labels: digits.labels,
        runs: runs.map(({ run, value }) => ({ run, read: value })),
      };
    },
    robustness: async ({ by }) => {
      const digits = this.#testDigits();
      const amounts = distortionAmounts[by];
      for (const amount of amounts) await this.#measure(by, amount);
      const runs = this.#measured(amounts.map((amount) => `${by} ${amount}`));
      return { by, amounts, digits: digits.indices.length, runs };
    },
    measures: async ({ runs: asked }) => {
      const isAsked = ({ id }: RunLog): boolean => asked.includes(id);
      for (const pixels of [0, movedPixels]) {
        await this.#measure("shift", pixels, isAsked);
        await this.#measureByOwnAverages(pixels, isAsked);
      }
      const read = (looker: Looker) => looker.measures(this.#check.x);
      const dense = await this.#byEveryNetwork(read, isAsked);
      return {
        runs: dense.flatMap(({ run, value }) => {
          const [misread, own] = ["", "own "].map((how) => this.#misreadBy(run, how));
          return misread ? [{ run, ...value, misread, ...(own && { own }) }] : [];
        }),
      };
    },
    digits: async ({ indices, distortion }) => {
      const { yTest } = this.#ports.data;
      const places = new Map(this.#testDigits().indices.map((index, place) => [index, place]));
      const pixels = indices.map((index) => {
        const digit = this.#digit({ kind: "digit", index });
        const place = places.get(index) ?? 0;
        return bytesOf(distorted(digit as Tensor, inTurn(distortion, place), place));
      });
      return { pixels: toBase64(joined(pixels)), labels: indices.map((index) => labelOf(yTest, index)) };
    },
    save: async ({ run: id, format }) =>
      await this.#turns.ask(async () => ({ bytes: toBase64(await (await this.#lookerOf(id)).file(format)) })),
    resilience: async () => {
      const digits = this.#testDigits();
      for (const share of removedShares) await this.#measureWithout(share);
      return {
        shares: removedShares,
        digits: digits.indices.length,
        runs: this.#measured(removedShares.map((share) => `without ${share}`)),
      };
    },
    inside: async ({ run: id, subject, distortion, step }) =>
      await this.#turns.ask(async () => {
        const run = this.#runOf(id);
        const looker =
          (step === undefined ? undefined : (await this.#readers.at(run, step))?.looker) ??
          (await this.#lookerOf(id));
        const digit = this.#digit(subject);
        const pixels = digit && distorted(digit, distortion);
        // A network that knows no dropout is tried with the notebook's.
        const rate = run.settings.dropout > 0 ? run.settings.dropout : knobDefaults.dropout;
        return {
          seen: pixels ? toBase64(bytesOf(pixels)) : "",
          ...(await looker.inside(pixels && stacked([pixels]), rate, this.#check.x)),
        };
      }),
    variants: async ({ subject, variation, count }) => {
      const digit = this.#digit(subject);
      if (!digit) return { pixels: "" };
      const generator = generatorOf(variation);
      const pixels = Array.from({ length: count }, (_, seed) =>
        bytesOf(generator.randomTransform(digit, seed).data),
      );
      return { pixels: toBase64(joined(pixels)) };
    },
    trainPictures: async (ask) => {
      // One training at a time gets the processor.
      this.#turns.pause();
      this.#tellPlaying();
      return await this.#pictures.train(ask);
    },
    stopPictures: async () => {
      await this.#pictures.stop();
      return null;
    },
    readPictures: async (ask) => await this.#pictures.read(ask),
    heatPicture: async (ask) => await this.#pictures.heat(ask),
    savePictures: async (ask) => await this.#pictures.save(ask),
  };

  /** Counts what each network misreads of the digits distorted by an amount, unless that is known: a run that is over stays as it is. */
  async #measure(
    by: DistortionName,
    amount: number,
    isAsked: (run: RunLog) => boolean = () => true,
  ): Promise<void> {
    const pictures = (): Tensor => this.#testDigits().distorted(distortionOf(by, amount));
    const read = async (looker: Looker, digits: Tensor): Promise<number[]> =>
      labelsOf(await looker.answers(digits));
    await this.#count(`${by} ${amount}`, pictures, read, isAsked);
  }

  /** The same of the digits as they are, read without a share of the units. */
  async #measureWithout(share: number): Promise<void> {
    const pictures = (): Tensor => this.#testDigits().distorted(undistorted);
    await this.#count(`without ${share}`, pictures, (looker, digits) => looker.answersWithout(share, digits));
  }

  /** The same of digits that are moved, read with their own averages by networks that normalize. */
  async #measureByOwnAverages(pixels: number, isAsked: (run: RunLog) => boolean): Promise<void> {
    await this.#count(
      `own shift ${pixels}`,
      () => this.#testDigits().distorted(distortionOf("shift", pixels)),
      async (looker, digits) => labelsOf(await looker.answersByOwnAverages(digits)),
      (run) => run.settings.batchNorm && isAsked(run),
    );
  }

  /** Shares of the test digits that a run's network misreads in one way, where they have been counted. */
  #misreadBy(run: number, how: string): Misread | undefined {
    const digits = this.#testDigits().indices.length;
    const [still, moved] = [0, movedPixels].map((pixels) =>
      this.#misread.get(`${run} ${how}shift ${pixels}`),
    );
    if (still === undefined || moved === undefined) return undefined;
    return { still: still / digits, moved: moved / digits };
  }

  async #count(
    what: string,
    pictures: () => Tensor,
    read: (looker: Looker, digits: Tensor) => Promise<number[]>,
    isAsked: (run: RunLog) => boolean = () => true,
  ): Promise<void> {
    const { labels } = this.#testDigits();
    const isMissing = (run: RunLog): boolean =>
      run.weights !== undefined && !this.#misread.has(`${run.id} ${what}`) && isAsked(run);
    if (!this.#runs.some(isMissing)) return;
    const digits = pictures();
    const counts = await this.#byEveryNetwork(
      async (looker) => (await read(looker, digits)).filter((label, i) => label !== labels[i]).length,
      isMissing,
    );
    for (const { run, value } of counts) this.#misread.set(`${run} ${what}`, value);
  }

  /** The runs of which all of it has been counted. */
  #measured(what: readonly string[]): { readonly run: number; readonly wrong: readonly number[] }[] {
    return this.#runs.flatMap(({ id }) => {
      const wrong = what.map((one) => this.#misread.get(`${id} ${one}`));
      return wrong.includes(undefined) ? [] : [{ run: id, wrong: wrong as number[] }];
    });
  }

  #hello(): Hello {
    const { engine, data } = this.#ports;
    const count = ({ shape }: Tensor): number => shape[0] as number;
    return {
      engine,
      data: {
        source: data.source,
        train: count(data.xTrain),
        validation: count(data.xVal),
        test: count(data.xTest),
        compared: Math.min(1000, count(data.xTest)),
      },
      playing: !this.#turns.isPaused,
      isFresh: !this.#hasBegun,
      runs: this.#runs.map((run) => run.record),
      published: this.#ports.published,
      pictures: this.#pictures.run,
    };
  }

  #digit(subject: Subject): Tensor | undefined {
    return digitOf(subject, this.#ports.data.xTest);
  }

  #runOf(id: number): RunLog {
    const run = this.#runs.find((one) => one.id === id);
    if (!run) throw new Refused({ kind: "noRun", run: id });
    return run;
  }

  /** The network of a run, as it is now or was at its end. */
  async #lookerOf(id: number): Promise<Looker> {
    const run = this.#runOf(id);
    const looker = run === this.#active?.run ? this.#active.looker : await this.#readers.atEnd(run);
    if (looker) return looker;
    throw new Refused(
      isOver(run.status)
        ? { kind: "networkGone", run: id, kept: mostNetworks }
        : { kind: "noNetworkYet", run: id },
    );
  }

  /** The weights of a run's last kept moment up to a step. */
  #beginningFrom({ run: id, step }: Beginning, settings: RunSettings): RunBeginning {
    const run = this.#runOf(id);
    if (settings.batchNorm !== run.settings.batchNorm) throw new Refused({ kind: "otherLayers" });
    const moment = run.moments.at(step);
    if (!moment) throw new Refused({ kind: "noMoment", run: id, step });
    return { offset: run.offset + moment.step, weights: moment.weights };
  }

  #add(settings: RunSettings, beginning?: RunBeginning): RunLog {
    const steps = Math.ceil((this.#ports.data.xTrain.shape[0] as number) / batchSize);
    const run = new RunLog(this.#runs.length + 1, settings, steps, beginning);
    this.#runs.push(run);
    this.#tell({ type: "run", run: run.brief });
    return run;
  }

  #setStatus(run: RunLog, status: RunLog["status"]): void {
    run.status = status;
    if (isOver(status)) {
      run.beginning = undefined;
      this.#dropNetworks();
    }
    this.#tell({ type: "run", run: run.brief });
  }

  #tellPlaying(): void {
    this.#tell({ type: "playing", playing: !this.#turns.isPaused });
  }

  #stopWaiting(but?: RunLog): void {
    for (const run of this.#runs) {
      if (run.status === "waiting" && run !== but) this.#setStatus(run, "stopped");
    }
  }

  /**
   * Ends the run in progress, if there is one, and waits for that.
   *
   * @param next the run for which it ends: where that one has begun meanwhile, or was stopped for another, nothing is to be ended
   */
  async #end(next?: RunLog): Promise<void> {
    await this.#beginning;
    const active = this.#active;
    if (!active || (next && next.status !== "waiting")) return;
    await this.#turns.ask(async () => {
      if (active.weights && isOver(active.run.status) === false) active.run.weights = active.weights();
      active.controller.abort();
      this.#turns.play();
    });
    await active.ended;
  }

  #beginNext(): void {
    this.#beginning = this.#beginning.then(() => this.#begin());
  }

  async #begin(): Promise<void> {
    const run = this.#runs.find(({ status }) => status === "waiting");
    if (this.#active || !run) return;
    await this.#turns.begin();
    // Somebody has stopped it meanwhile. Whoever adds another run has that one begin.
    if (run.status !== "waiting") return this.#turns.end();
    for (const old of this.#runs.slice(0, -mostWithMoments)) this.#dropMoments(old);
    const controller = new AbortController();
    const active: Active = {
      run,
      controller,
      looker: undefined,
      weights: undefined,
      ended: Promise.resolve().then(() => this.#train(active)),
    };
    this.#active = active;
    this.#setStatus(run, "running");
  }

  /** Those of runs that were stopped go first, then the oldest. */
  #dropNetworks(): void {
    const kept = this.#runs.filter(({ weights }) => weights !== undefined);
    const [stopped, others] = [
      kept.filter(({ status }) => status === "stopped"),
      kept.filter(({ status }) => status !== "stopped"),
    ];
    for (const run of [...stopped, ...others].slice(0, Math.max(0, kept.length - mostNetworks))) {
      run.weights = undefined;
    }
  }

  #dropMoments(run: RunLog): void {
    if (run.moments.steps.length === 0) return;
    run.moments.clear();
    this.#tell({ type: "moments", run: run.id, steps: [] });
  }

  async #train(active: Active): Promise<void> {
    const { run, controller } = active;
    const { settings } = run;
    const { data, runtime } = this.#ports;
    const { augmentation } = settings;
    try {
      const result = await this.#ports.train({
        settings,
        offset: run.offset,
        network: () => {
          const model = networkOf(settings, { runtime });
          if (run.beginning) model.setWeights(run.beginning);
          run.beginning = undefined;
          active.looker = new Looker(model);
          active.weights = () => model.getWeights();
          run.moments.keep(0, model.getWeights());
          this.#tell({ type: "moments", run: run.id, steps: run.moments.steps });
          return model;
        },
        ...(augmentation && {
          flow: () => generatorOf(augmentation).flow(data.xTrain, data.yTrain, { batchSize }),
        }),
        callback: this.#callback(active),
        signal: controller.signal,
      });
      run.test = result.test;
      run.weights = result.weights;
      run.folder = result.folder;
      run.status = "done";
    } catch (error) {
      run.status = error instanceof TrainingInterrupted ? "stopped" : "failed";
      if (run.status === "failed") run.failure = failureOf(error);
    }
    active.looker = undefined;
    this.#active = undefined;
    this.#turns.end();
    this.#setStatus(run, run.status);
    if (run.weights) await this.#keep(run, run.weights);
    await this.#turns.ask(() => this.#readWatched());
    this.#beginNext();
  }

  async #keep(run: RunLog, weights: readonly Float32Array[]): Promise<void> {
    const { moments: _, ...record } = run.record;
    try {
      await this.#ports.keep({ record, weights });
    } catch {
      run.isUnkept = true;
      this.#tell({ type: "run", run: run.brief });
    }
  }

  #callback(active: Active): Callback {
    const { run } = active;
    const means = new StepMeans();
    let epochBegin = 0;
    let readAt = 0;
    let readStep = 0;
    let mark = { at: performance.now(), step: 0 };
    return {
      onEpochBegin: (epoch) => {
        epochBegin = epoch * run.stepsPerEpoch;
        mark = { at: performance.now(), step: epochBegin };
      },
      onTrainBatchEnd: async (batch, logs) => {
        run.step = epochBegin + batch + 1;
        const { step } = run;
        const now = performance.now();
        if (now - mark.at > 500) {
          run.rate = ((step - mark.step) * batchSize * 1000) / (now - mark.at);
          mark = { at: now, step };
        }
        const point = means.add(batch, step, logs);
        if (point) {
          run.points.push(point);
          this.#tell({ type: "step", run: run.id, point, rate: run.rate });
        }
        if (run.moments.isDue(step) && active.weights) {
          run.moments.keep(step, active.weights());
          this.#tell({ type: "moments", run: run.id, steps: run.moments.steps });
        }
        if (isCheckDue(step)) await this.#checkNow(active);
        if (step - readStep >= readSteps && now - readAt >= readMs) {
          await this.#readWatched();
          readAt = performance.now();
          readStep = step;
        }
        const isPaused = this.#turns.isPaused;
        if (isPaused) await this.#readWatched();
        await this.#turns.between();
        if (isPaused) mark = { at: performance.now(), step };
      },
      onTestBatchEnd: () => this.#turns.serve(),
      onEpochEnd: (epoch, logs) => {
        const point = {
          epoch: epoch + 1,
          step: (epoch + 1) * run.stepsPerEpoch,
          loss: logs.loss ?? Number.NaN,
          accuracy: logs.accuracy ?? Number.NaN,
          valLoss: logs.val_loss ?? Number.NaN,
          valAccuracy: logs.val_accuracy ?? Number.NaN,
        };
        run.epochs.push(point);
        this.#tell({ type: "epoch", run: run.id, point });
      },
    };
  }

  /** How the network reads some of the validation digits by now. */
  async #checkNow({ run, looker, weights }: Active): Promise<void> {
    if (!looker || !weights) return;
    const { x, labels } = this.#check;
    const isLagging = run.settings.batchNorm && !hasCaughtUp(run.checks.at(-1));
    // A network of its own reads with other averages: the one that is trained keeps its.
    const reader = isLagging ? await this.#readers.with(run, weights()) : undefined;
    const point: CheckPoint = {
      step: run.step,
      ...scoreOf(await looker.answers(x), labels),
      ...(reader && { own: scoreOf(await reader.answersByOwnAverages(x), labels) }),
    };
    run.checks.push(point);
    this.#tell({ type: "check", run: run.id, point });
  }

  async #readWatched(): Promise<void> {
    for (const [client, watched] of this.#watched) {
      const reading = await this.#readNow(watched);
      if (reading) this.#tell({ type: "reading", client, reading });
    }
  }

  /** By the network that is being trained, or else by the one that was trained last. */
  async #readNow(watched: Watched): Promise<Reading | null> {
    if (this.#active?.looker) {
      const { run, looker } = this.#active;
      return await this.#read(looker, run.id, run.step, watched);
    }
    const last = this.#runs.findLast(({ weights }) => weights !== undefined);
    const looker = last && (await this.#readers.atEnd(last));
    return looker ? await this.#read(looker, last.id, last.step, watched) : null;
  }

  async #read(
    looker: Looker,
    run: number,
    step: number,
    { subject, distortion }: Watched,
  ): Promise<Reading | null> {
    const digit = this.#digit(subject);
    if (!digit) return null;
    const pixels = distorted(digit, distortion);
    return { run, step, seen: toBase64(bytesOf(pixels)), ...(await looker.look(stacked([pixels]))) };
  }

  async #readAll(subject: Subject, distortion: Distortion): Promise<Answer<"readAll">> {
    const digit = this.#digit(subject);
    if (!digit) return { seen: "", readings: [] };
    const pixels = distorted(digit, distortion);
    const picture = stacked([pixels]);
    const readings: RunReading[] = [];
    for (const run of this.#runs) {
      const looker = run === this.#active?.run ? this.#active.looker : await this.#readers.atEnd(run);
      if (looker)
        readings.push({ run: run.id, probabilities: Array.from((await looker.answers(picture)).data) });
    }
    return { seen: toBase64(bytesOf(pixels)), readings };
  }

  /** Each network gets a turn of its own, so that training is not held up for all of them. */
  async #byEveryNetwork<T>(
    read: (looker: Looker) => Promise<T>,
    isAsked: (run: RunLog) => boolean = () => true,
  ): Promise<{ readonly run: number; readonly value: T }[]> {
    const found: { run: number; value: T }[] = [];
    for (const run of this.#runs) {
      if (!run.weights || !isAsked(run)) continue;
      await this.#turns.ask(async () => {
        const looker = await this.#readers.atEnd(run);
        if (looker) found.push({ run: run.id, value: await read(looker) });
      });
    }
    return found;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
