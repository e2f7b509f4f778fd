/**
 * A network of the ladder in jax-js: one compiled function for a step, Adam included. Batches are normalized by their own mean and
 * variance; the moving averages, which a prediction would need, are left out. jax-js 0.1.25 computes what a normalization gives anew
 * wherever it is used, for each value of a convolution's gradient too: a step of a deep network with it may take minutes.
 */
import {
  blockUntilReady,
  defaultDevice,
  init,
  jit,
  lax,
  nn,
  numpy as np,
  tree,
  valueAndGrad,
} from "@jax-js/jax";

/** Parameters of the layers in their order, by Glorot's rule, and the forward pass over them. */
function build({ side, channels, classes, layers }) {
  const parameters = [];
  const forward = [];
  let [size, depth, width] = [side, channels, 0];
  const weight = (shape, fanIn, fanOut) => {
    const limit = Math.sqrt(6 / (fanIn + fanOut));
    const length = shape.reduce((product, dim) => product * dim, 1);
    const data = Float32Array.from({ length }, (_, i) => limit * Math.sin(i * 12.9898 + length));
    return np.array(data, { shape });
  };
  for (const layer of [...layers, { kind: "dense", units: classes }]) {
    const at = parameters.length;
    if (layer.kind === "conv") {
      const { filters, kernel, same, relu } = layer;
      const area = kernel * kernel;
      parameters.push(weight([filters, depth, kernel, kernel], area * depth, area * filters));
      parameters.push(np.zeros([filters, 1, 1]));
      forward.push((x, p) => {
        const y = lax.conv(x, p[at], [1, 1], same ? "SAME" : "VALID").add(p[at + 1]);
        return relu ? nn.relu(y) : y;
      });
      depth = filters;
      size = same ? size : size - kernel + 1;
    } else if (layer.kind === "batchNorm") {
      const all = { keepdims: true };
      parameters.push(np.ones([depth, 1, 1]), np.zeros([depth, 1, 1]));
      forward.push((x, p) => {
        const centered = x.ref.sub(np.mean(x, [0, 2, 3], all));
        const variance = np.mean(centered.ref.mul(centered.ref), [0, 2, 3], all);
        return centered
          .div(np.sqrt(variance.add(1e-3)))
          .mul(p[at])
          .add(p[at + 1]);
      });
    } else if (layer.kind === "relu") {
      forward.push((x) => nn.relu(x));
    } else if (layer.kind === "averagePool" || layer.kind === "maxPool") {
      const [half, by, of] = [size / layer.size, layer.size, depth];
      const pool = layer.kind === "maxPool" ? np.max : np.mean;
      forward.push((x) => pool(x.reshape([-1, of, half, by, half, by]), [3, 5]));
      size = half;
    } else if (layer.kind === "flatten") {
      width = size * size * depth;
      const all = width;
      forward.push((x) => x.reshape([-1, all]));
    } else if (layer.kind === "dense") {
      const { units, relu } = layer;
      parameters.push(weight([width, units], width, units), np.zeros([units]));
      forward.push((x, p) => {
        const y = np.matmul(x, p[at]).add(p[at + 1]);
        return relu ? nn.relu(y) : y;
      });
      width = units;
    } else throw new Error(`this benchmark has no ${layer.kind} in jax-js`);
  }
  return { parameters, apply: (p, x) => forward.reduce((value, layer) => layer(value, p), x) };
}

export async function contender({ network, batch, x, labels }, backend) {
  const ready = await init(backend);
  if (!ready.includes(backend)) throw new Error(`jax-js has no ${backend} here`);
  defaultDevice(backend);
  const { side, channels, classes } = network;
  const { parameters, apply } = build(network);
  const nhwc = np.array(Float32Array.from(x), { shape: [batch, side, side, channels] });
  const images = np.transpose(nhwc, [0, 3, 1, 2]);
  const targets = nn.oneHot(np.array(Int32Array.from(labels), { shape: [batch] }), classes);
  const lossOf = (p, pictures, wanted) =>
    np.sum(nn.logSoftmax(apply(p, pictures)).mul(wanted)).mul(-1 / batch);
  const step = jit((p, m, v, rate, pictures, wanted) => {
    const [loss, g] = valueAndGrad(lossOf)(tree.ref(p), pictures, wanted);
    const means = m.map((one, i) => one.mul(0.9).add(g[i].ref.mul(0.1)));
    const squares = v.map((one, i) => one.mul(0.999).add(g[i].ref.mul(g[i]).mul(0.001)));
    const moved = p.map((one, i) =>
      one.sub(means[i].ref.mul(rate.ref).div(np.sqrt(squares[i].ref).add(1e-7))),
    );
    rate.dispose();
    return [loss, moved, means, squares];
  });
  let state = [
    parameters,
    parameters.map((p) => np.zeros(p.shape)),
    parameters.map((p) => np.zeros(p.shape)),
  ];
  let taken = 0;
  return {
    async steps(count) {
      defaultDevice(backend);
      let loss = Number.NaN;
      for (let i = 0; i < count; i++) {
        taken++;
        const rate = (0.001 * Math.sqrt(1 - 0.999 ** taken)) / (1 - 0.9 ** taken);
        const [value, ...next] = step(...state, np.array(rate), images.ref, targets.ref);
        state = next;
        await blockUntilReady(state);
        loss = (await value.data())[0];
      }
      return loss;
    },
  };
}
