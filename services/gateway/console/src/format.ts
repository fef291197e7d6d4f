import { type Timestamp, timestampMs } from "@bufbuild/protobuf/wkt";
import type { Money } from "../generated/tributary/type/v1/money_pb";
import { decimal, decimalsOf } from "./money";
import { codeIn, type Locale, type Text, textIn } from "./words/text";

const UNITS = [
  ["day", 86_400n],
  ["hour", 3_600n],
  ["minute", 60n],
  ["second", 1n],
] as const;

/** Numbers, sums, days and times as a language writes them. */
export interface Format {
  text: Text;
  locale: Locale;
  code: (code: string) => string;
  count: (value: bigint | number) => string;
  money: (money: Money) => string;
  /** Basis points. */
  share: (points: bigint) => string;
  /** The two largest units of a span in seconds. */
  span: (seconds: bigint) => string;
  /** Minutes, as hours. */
  hours: (minutes: bigint) => string;
  /** A number in small units: millionths, hundredths. */
  small: (units: bigint, digits: number) => string;
  day: (day: string) => string;
  month: (day: string) => string;
  /** The first day of a day, week, month, quarter or year. */
  start: (span: string, day: string) => string;
  moment: (at: Timestamp) => string;
  date: (at: Timestamp) => string;
}

export function formatIn(locale: Locale): Format {
  const text = textIn(locale);
  const whole = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 2 });
  const tenths = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const dates = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options });
  const date = dates({ dateStyle: "medium" });
  const moment = dates({ dateStyle: "medium", timeStyle: "short" });
  const month = dates({ month: "short", year: "numeric" });
  const units = UNITS.map(([unit, seconds]) => {
    const format = new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" });
    return { seconds, format };
  });
  const currencies = new Map<string, Intl.NumberFormat>();
  const ofDay = (format: Intl.DateTimeFormat) => (day: string) => {
    const at = Date.parse(`${day}T00:00:00Z`);
    return Number.isNaN(at) ? day : format.format(at);
  };
  const format: Format = {
    text,
    locale,
    code: codeIn(text),
    count: (value) => whole.format(value),
    money: ({ minor, currency }) => {
      let format = currencies.get(currency);
      if (format === undefined) {
        format = currencyFormat(locale, currency);
        currencies.set(currency, format);
      }
      return format.format(decimal(minor, decimalsOf(currency)));
    },
    share: (points) => percent.format(decimal(points, 4)),
    span: (seconds) => {
      const left = seconds < 0n ? 0n : seconds;
      const first = Math.max(
        units.findIndex((unit) => left >= unit.seconds),
        0,
      );
      const shown = left === 0n ? units.slice(-1) : units.slice(first, first + 2);
      let rest = left;
      const parts = shown.map((unit) => {
        const amount = rest / unit.seconds;
        rest %= unit.seconds;
        return { amount, text: unit.format.format(amount) };
      });
      return parts
        .filter((part, place) => part.amount > 0n || place === 0)
        .map((part) => part.text)
        .join(" ");
    },
    hours: (minutes) => tenths.format(Number(minutes) / 60),
    small: (units, digits) =>
      new Intl.NumberFormat(locale, { maximumFractionDigits: 3 }).format(decimal(units, digits)),
    day: ofDay(date),
    month: ofDay(month),
    start: (span, day) => {
      const [year, number] = day.split("-");
      switch (span) {
        case "month":
          return format.month(day);
        case "quarter":
          return `Q${Math.ceil(Number(number) / 3)} ${year}`;
        case "year":
          return year ?? day;
        default:
          return format.day(day);
      }
    },
    moment: (at) => moment.format(timestampMs(at)),
    date: (at) => date.format(timestampMs(at)),
  };
  return format;
}

function currencyFormat(locale: Locale, currency: string): Intl.NumberFormat {
  const digits = decimalsOf(currency);
  return new Intl.NumberFormat(locale, {
    style: "currency",
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    // Not in the types of the library yet, but in all browsers that run this.
    ...({ trailingZeroDisplay: "stripIfInteger" } as object),
  });
}
