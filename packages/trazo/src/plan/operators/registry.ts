import type { OperatorTable } from "../task/task.js";
import { relu } from "./activation.js";
import { addition, masking, multiplication, subtraction } from "./arithmetic.js";
import { convolution } from "./convolution.js";
import { dense } from "./dense.js";
import * as maps from "./maps.js";
import { pixels } from "./pixels.js";
import { averagePool, globalAveragePool, maxPool } from "./pooling.js";

/** The operators that most networks are made of. */
export const common: OperatorTable = {
  Conv2d: [convolution],
  Gemm: [dense],
  MatMul: [dense],
  MaxPool2d: [maxPool],
  AveragePool2d: [averagePool],
  ReduceMean: [globalAveragePool],
  Cast: [pixels],
  Relu: [relu],
  Mul: [masking, maps.scaling, multiplication],
  Add: [maps.shift, addition],
  Sub: [maps.difference, subtraction],
  Div: [maps.quotient],
  Neg: [maps.negation],
  Max: [maps.lowerLimit],
  Min: [maps.upperLimit],
  Sigmoid: [maps.sigmoid],
  Tanh: [maps.tanh],
  Elu: [maps.elu],
  LeakyRelu: [maps.leakyRelu],
  HardSigmoid: [maps.hardSigmoid],
  Exp: [maps.exponential],
};
