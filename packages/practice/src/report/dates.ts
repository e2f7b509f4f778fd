import type { Language } from "../language.js";

/** A moment in words, such as "November 28, 2026", in the machine's time zone. Text that is not a date stays unchanged. */
export function dateIn(language: Language, iso: string): string {
  const date = new Date(iso);
  return isDate(date) ? new Intl.DateTimeFormat(language, { dateStyle: "long" }).format(date) : iso;
}

/** From one moment to another, to the minute, what they share said once; a single moment where they are the same. */
export function timesIn(language: Language, first: string, last: string): string {
  const [from, to] = [new Date(first), new Date(last)];
  if (!isDate(from) || !isDate(to)) return [...new Set([first, last])].join(" – ");
  return new Intl.DateTimeFormat(language, {
    year: "numeric",
    month: "long",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  }).formatRange(from, to);
}

const isDate = (date: Date): boolean => !Number.isNaN(date.getTime());
