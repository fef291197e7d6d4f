import type { Filter } from "../generated/tributary/analytics/v1/reports_service_pb";

/** Labels that figures are kept by, and the fields of a filter that narrow them. */
export const LABELS = {
  topic: "topics",
  channel: "channels",
  source: "sources",
  campaign: "campaigns",
  activity: "activities",
  partner: "partners",
  agent: "agents",
  temperature: "temperatures",
  kind: "kinds",
  stage: "stages",
  reason: "reasons",
  phase: "phases",
  model: "models",
  age: "ages",
  path: "paths",
  from_channel: "fromChannels",
  to_channel: "toChannels",
} as const satisfies Record<string, keyof Filter>;

export type Label = keyof typeof LABELS;

export const SPANS = ["day", "week", "month", "quarter", "year"] as const;

export type Span = (typeof SPANS)[number];

/** What else stands in the address of a view, once. */
const SINGLE = [
  "period",
  "from",
  "to",
  "number",
  "measure",
  "chart",
  "recency",
  "frequency",
  "monetary",
  "span",
  "month",
  "figure",
  "currency",
  "next",
  "ended",
] as const;

/** What may stand there several times. */
const MANY = ["by", "state"] as const;

type Single = (typeof SINGLE)[number];
type Many = (typeof MANY)[number] | Label;

/** A view as its address says it: whatever is chosen is in it, so that it can be shared and gone back to. */
export type Search = { [Name in Single]?: string } & { [Name in Many]?: string[] };

/** Stands for the empty value, which means "none". */
const NONE = "~";

const MANY_NAMES = [...MANY, ...(Object.keys(LABELS) as Label[])] as const;

export function parseSearch(text: string): Search {
  const query = new URLSearchParams(text);
  const search: Search = {};
  for (const name of SINGLE) {
    const value = query.get(name);
    if (value !== null && value !== "") {
      search[name] = value;
    }
  }
  for (const name of MANY_NAMES) {
    const values = query.getAll(name);
    if (values.length > 0) {
      search[name] = values.map((value) => (value === NONE ? "" : value));
    }
  }
  return search;
}

export function printSearch(search: Search): string {
  const query = new URLSearchParams();
  for (const name of SINGLE) {
    const value = search[name];
    if (value !== undefined && value !== "") {
      query.append(name, value);
    }
  }
  for (const name of MANY_NAMES) {
    for (const value of search[name] ?? []) {
      query.append(name, value === "" ? NONE : value);
    }
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

/** Periods that move with the calendar. */
export const PERIODS = ["month", "lastMonth", "quarter", "year", "twelve", "all"] as const;

export type PeriodName = (typeof PERIODS)[number];

export const DEFAULT_PERIOD: PeriodName = "twelve";

/** Days, the first and the last; empty for no bound. */
export interface Period {
  from: string;
  to: string;
}

/** Which of the periods is chosen; none when days are given. */
export function periodName(search: Search, usual: PeriodName = DEFAULT_PERIOD): PeriodName | undefined {
  if (search.from !== undefined || search.to !== undefined) {
    return undefined;
  }
  return PERIODS.find((name) => name === search.period) ?? usual;
}

/** The days of a view. */
export function periodOf(search: Search, today: Date, usual?: PeriodName): Period {
  const name = periodName(search, usual);
  return name === undefined ? { from: search.from ?? "", to: search.to ?? "" } : daysOf(name, today);
}

function daysOf(name: PeriodName, today: Date): Period {
  const year = today.getUTCFullYear();
  const month = today.getUTCMonth();
  const between = (from: [number, number], until: [number, number]) => ({
    from: day(Date.UTC(from[0], from[1], 1)),
    to: day(Date.UTC(until[0], until[1], 0)),
  });
  switch (name) {
    case "month":
      return between([year, month], [year, month + 1]);
    case "lastMonth":
      return between([year, month - 1], [year, month]);
    case "quarter":
      return between([year, month - (month % 3)], [year, month - (month % 3) + 3]);
    case "year":
      return between([year, 0], [year, 12]);
    case "twelve":
      return between([year, month - 11], [year, month + 1]);
    case "all":
      return { from: "", to: "" };
  }
}

/** The last day of a span that begins on a day. */
export function endOf(span: Span, first: string): string {
  const [year = 0, month = 1, date = 1] = first.split("-").map(Number);
  switch (span) {
    case "day":
      return first;
    case "week":
      return day(Date.UTC(year, month - 1, date + 6));
    case "month":
      return day(Date.UTC(year, month, 0));
    case "quarter":
      return day(Date.UTC(year, month + 2, 0));
    case "year":
      return day(Date.UTC(year, 12, 0));
  }
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** The days that are in both. */
export function intersection(one: Period, other: Period): Period {
  // Days are texts, of which the later one is the greater.
  const from = [one.from, other.from].toSorted().at(-1) ?? "";
  const to = one.to === "" || (other.to !== "" && other.to < one.to) ? other.to : one.to;
  return { from, to };
}
