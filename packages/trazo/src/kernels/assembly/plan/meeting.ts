/**
 * Which places of a window's kernel lie on a given pixel, in one direction: every `step`-th, from the first on, in patches of which each begins
 * earlier than the one before. `at` is the pixel's place, counted from the padding on.
 */

/** From one such place to the next. */
// @ts-ignore: decorator
@inline
export function meetingStep(stride: i32, dilation: i32): i32 {
  return stride / gcd(stride, dilation);
}

function gcd(a: i32, b: i32): i32 {
  while (b != 0) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/** The first place, or `size` where there is none. `count` is that of the windows. */
// @ts-ignore: decorator
@inline
export function firstMeeting(at: i32, stride: i32, dilation: i32, step: i32, size: i32, count: i32): i32 {
  let a = 0;
  if (stride > 1) {
    while (a < step && a < size && at - a * dilation >= 0 && (at - a * dilation) % stride != 0) a++;
    if ((at - a * dilation) % stride != 0) return size;
  }
  // Those of the first places that would belong to a window beyond the last are passed over.
  const beyond = at - a * dilation - (count - 1) * stride;
  if (beyond > 0) {
    const way = step * dilation;
    a += ((beyond + way - 1) / way) * step;
  }
  return min(a, size);
}

// @ts-ignore: decorator
@inline
export function meetings(first: i32, at: i32, dilation: i32, step: i32, size: i32): i32 {
  const remaining = at - first * dilation;
  if (first >= size || remaining < 0) return 0;
  return min((size - 1 - first) / step, remaining / (step * dilation)) + 1;
}
