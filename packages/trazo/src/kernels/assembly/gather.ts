/** Copies `rows` rows of `rowBytes` bytes, the ones that the int32 numbers at `indices` name, one after another to `target`. */
export function gatherRows(source: usize, indices: usize, rows: usize, rowBytes: usize, target: usize): void {
  for (let i: usize = 0; i < rows; i++) {
    memory.copy(target + i * rowBytes, source + <usize>load<u32>(indices + i * 4) * rowBytes, rowBytes);
  }
}
