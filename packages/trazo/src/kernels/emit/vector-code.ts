import { TrazoError } from "../../errors.js";
import { scalarOf } from "../../graph/scalar-of.js";
import type { Node, Value } from "../../graph/value.js";
import { Code, type Plain } from "./wasm.js";

const signBit = 0x8000_0000 | 0;
const magnitude = 0x7fff_ffff;

/** Operators that are one instruction. Comparisons give all bits or none. */
const instructions: Readonly<Record<string, Plain>> = {
  Add: "f32x4.add",
  Sub: "f32x4.sub",
  Mul: "f32x4.mul",
  Div: "f32x4.div",
  Sqrt: "f32x4.sqrt",
  Greater: "f32x4.gt",
  GreaterOrEqual: "f32x4.ge",
  Equal: "f32x4.eq",
};

/** What an operator takes: pushes its inputs and constants onto the stack. */
interface Operands {
  readonly code: Code;
  readonly node: Node;
  /** Pushes the input of that number. */
  push(input: number): Code;
  /** Pushes four times the 32 bits. */
  word(bits: number): Code;
  /** The number that the input is, if it is a constant. */
  constant(input: number): number | undefined;
}

/** Operators that are several. NaN passes through all of them, as in a graph. */
const sequences: Readonly<Record<string, (operands: Operands) => void>> = {
  // Not f32x4.abs, for which V8 rebuilds the mask each time.
  Abs: ({ push, word }) => {
    push(0);
    word(magnitude).plain("v128.and");
  },
  Neg: ({ push, word }) => {
    push(0);
    word(signBit).plain("v128.xor");
  },
  Sign: ({ code, push, word }) => {
    word(bitsOf(1));
    push(0);
    word(signBit).plain("v128.and", "v128.or");
    push(0);
    word(0).plain("f32x4.ne", "v128.and");
    push(0);
    push(0).plain("f32x4.ne");
    code.plain("v128.or");
  },
  // Magnitudes are in the order of their bits as whole numbers, NaN after all others; processors have more units that compare these.
  Less({ node, push, constant }) {
    const isMagnitude = node.inputs[0]?.producer?.op === "Abs" && (constant(1) ?? 0) > 0;
    push(0);
    push(1).plain(isMagnitude ? "i32x4.lt_s" : "f32x4.lt");
  },
  Max: (operands) => choose(operands, "f32x4.pmax"),
  Min: (operands) => choose(operands, "f32x4.pmin"),
  Where({ node, push, constant }) {
    const [condition, a, b] = node.inputs as readonly Value[];
    const compared = condition?.producer;
    if (compared?.op === "Less" && compared.inputs[0] === b && compared.inputs[1] === a) {
      // The larger of b and a, with b's NaN.
      push(2);
      push(1).plain("f32x4.pmax");
    } else if (isZero(constant(1))) {
      push(2);
      push(0).plain("v128.andnot");
    } else if (isZero(constant(2))) {
      push(1);
      push(0).plain("v128.and");
    } else {
      push(1);
      push(2);
      push(0).plain("v128.bitselect");
    }
  },
};

/**
 * The larger or smaller of two, at a third of what f32x4.max and min cost. pmax and pmin give a NaN of their first argument; a
 * NaN of the second is put in afterwards, unless that is a constant.
 */
function choose({ push, constant }: Operands, instruction: Plain): void {
  const [first, second] = constant(0) === undefined && constant(1) !== undefined ? [0, 1] : [1, 0];
  push(first);
  push(second).plain(instruction);
  if (constant(second) !== undefined) return;
  push(second);
  push(second).plain("f32x4.ne", "v128.or");
}

const isZero = (value: number | undefined): boolean => Object.is(value, 0);
const bitsOf = (value: number): number => new Int32Array(Float32Array.of(value).buffer)[0] as number;

/** Turns element-wise operators of a graph into instructions on vectors of four float32. Each value has a local of its own. */
export class VectorCode {
  /** What is computed once, before the loop: scalars and constants in all four lanes. */
  readonly prologue = new Code();
  /** The 32 bits of each constant, one per global of the module. */
  readonly constants: number[] = [];
  readonly #scalars: ReadonlyMap<Value, number>;
  readonly #newLocal: () => number;
  readonly #locals = new Map<Value, number>();
  readonly #words = new Map<number, number>();

  /** @param scalars the parameter that holds each scalar */
  constructor(scalars: ReadonlyMap<Value, number>, newLocal: () => number) {
    this.#scalars = scalars;
    this.#newLocal = newLocal;
  }

  /** The local of an array's element or of an operator's output. */
  localOf(value: Value): number {
    const known = this.#locals.get(value);
    if (known !== undefined) return known;
    const made = this.#newLocal();
    this.#locals.set(value, made);
    return made;
  }

  /** From here on, such values are in new locals: their old ones are copied to these. */
  rename(code: Code, values: readonly Value[]): void {
    for (const value of values) {
      const local = this.#newLocal();
      code.get(this.localOf(value)).set(local);
      this.#locals.set(value, local);
    }
  }

  /**
   * Computes the outputs of `nodes` into their locals.
   *
   * @param load is called with every input of an operator, before it is used
   * @param done is called with every operator's output, when its local holds it
   */
  emit(
    code: Code,
    nodes: readonly Node[],
    { load, done }: { load(input: Value): void; done(output: Value): void },
  ): void {
    for (const node of nodes) {
      const output = node.outputs[0] as Value;
      for (const input of node.inputs) if (input) load(input);
      this.#apply(code, node);
      code.set(this.localOf(output));
      done(output);
    }
  }

  /** Pushes a value that has been computed, a scalar or a constant. */
  push(code: Code, value: Value): Code {
    const number = constantOf(value);
    if (number !== undefined) return this.#word(code, bitsOf(number));
    const parameter = this.#scalars.get(value);
    if (parameter !== undefined && !this.#locals.has(value)) {
      this.prologue.get(parameter).plain("f32x4.splat").set(this.localOf(value));
    }
    return code.get(this.localOf(value));
  }

  #apply(code: Code, node: Node): void {
    const input = (i: number): Value => node.inputs[i] as Value;
    const push = (i: number): Code => this.push(code, input(i));
    const instruction = instructions[node.op];
    const sequence = sequences[node.op];
    if (instruction) {
      for (const i of node.inputs.keys()) push(i);
      code.plain(instruction);
    } else if (sequence) {
      const word = (bits: number): Code => this.#word(code, bits);
      sequence({ code, node, push, word, constant: (i) => constantOf(input(i)) });
    } else {
      const known = [...Object.keys(instructions), ...Object.keys(sequences)].sort().join(", ");
      throw new TrazoError(
        `An optimizer's update cannot use the operator ${node.op}, only these, element by element: ${known}.`,
      );
    }
  }

  #word(code: Code, bits: number): Code {
    const known = this.#words.get(bits);
    if (known !== undefined) return code.get(known);
    const local = this.#newLocal();
    this.#words.set(bits, local);
    this.prologue.global(this.constants.push(bits) - 1).set(local);
    return code.get(local);
  }
}

/** What a constant of a graph is, if the value is one. */
function constantOf(value: Value): number | undefined {
  const number = scalarOf(value);
  if (number === undefined && value.graph.constantOf(value)) {
    throw new TrazoError("An optimizer's update cannot use an array as a constant, only single numbers.");
  }
  return number;
}

/** The nodes that the outputs depend on, in the order in which they were made. */
export function needed(outputs: readonly Value[]): Node[] {
  const found = new Set<Node>();
  const visit = ({ producer }: Value): void => {
    if (!producer || found.has(producer)) return;
    for (const input of producer.inputs) if (input) visit(input);
    found.add(producer);
  };
  for (const output of outputs) visit(output);
  const order = outputs[0]?.graph.nodes ?? [];
  return order.filter((node) => found.has(node));
}
