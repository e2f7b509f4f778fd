/** Writes eight values, or adds them to what is there. */
// @ts-ignore: decorator
@inline
export function storeRow(address: usize, low: v128, high: v128, add: bool): void {
  if (add) {
    low = f32x4.add(v128.load(address), low);
    high = f32x4.add(v128.load(address, 16), high);
  }
  v128.store(address, low);
  v128.store(address, high, 16);
}

/** The same with the first one to eight values only; nothing past them is read or written. */
export function storePart(address: usize, low: v128, high: v128, columns: i32, add: bool): void {
  if (columns >= 4) {
    if (add) low = f32x4.add(v128.load(address), low);
    v128.store(address, low);
    address += 16;
    columns -= 4;
    low = high;
  }
  if (columns & 2) {
    if (add) low = f32x4.add(v128.load64_zero(address), low);
    v128.store64_lane(address, low, 0);
    address += 8;
    low = v128.shuffle<u32>(low, low, 2, 3, 2, 3);
  }
  if (columns & 1) {
    if (add) low = f32x4.add(v128.load32_zero(address), low);
    v128.store32_lane(address, low, 0);
  }
}
