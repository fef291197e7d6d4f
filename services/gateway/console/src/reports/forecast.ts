import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { type Key, KeySchema } from "../../generated/tributary/analytics/v1/reports_service_pb";
import {
  type ForecastRow,
  ForecastSpan,
  type ForecastSums,
} from "../../generated/tributary/deals/v1/forecast_service_pb";
import { type Money, MoneySchema } from "../../generated/tributary/type/v1/money_pb";
import type { Calls } from "../api/calls";
import type { Period, Search } from "../search";
import { columnsOf } from "./column";
import { filterOf, type Report, type Request } from "./report";

/** Names that are looked up for the ids of a forecast. */
const MOST_NAMES = 500;

/** A row of the forecast; its sums are lists, as there is one in each currency. */
interface Line {
  keys: Key[];
  span: string;
  month: string;
  openCount: bigint | undefined;
  committedCount: bigint | undefined;
  wonCount: bigint | undefined;
  open: Money[];
  weighted: Money[];
  committed: Money[];
  wonValue: Money[];
}

export const SPAN_NAMES: Record<ForecastSpan, string> = {
  [ForecastSpan.UNSPECIFIED]: "",
  [ForecastSpan.OVERDUE]: "overdue",
  [ForecastSpan.MONTH]: "month",
  [ForecastSpan.UNDATED]: "undated",
};

const c = columnsOf<Line>();

export const forecast: Report<Line> = {
  name: "forecast",
  load: async (calls, request, page) => {
    const narrowed = narrowedBy(request);
    const [answer, names] = await Promise.all([
      calls.forecast.getForecast({ ...narrowed, ...page }),
      namesOf(calls),
    ]);
    return {
      rows: answer.rows.map((row) => lineOf(row, names)),
      total: { ...sums(answer.totals), keys: [], span: "", month: "" },
      nextPageToken: answer.nextPageToken,
    };
  },
  by: [],
  spans: false,
  usual: [],
  usualPeriod: "all",
  filters: ["topic", "agent"],
  request: (search, period) => ({ filter: filterOf(search, period, ["topic", "agent"]) }),
  keys: (line) => line.keys,
  keyLabels: ["month", "agent", "topic"],
  part: (line) => ({
    labels: Object.fromEntries(line.keys.slice(1).map((key) => [key.label, key.value])),
    extra: { span: line.span, month: line.month },
  }),
  columns: () => [
    c.moneys("open", "open", "forecast.open"),
    c.moneys("weighted", "weighted", "forecast.open"),
    c.moneys("committed", "committed", "forecast.committed"),
    c.moneys("wonValue", "wonSoFar", "forecast.won"),
    c.count("openCount", "openCount", "forecast.open"),
    c.count("committedCount", "committedCount", "forecast.committed"),
    c.count("wonCount", "wonCount", "forecast.won"),
  ],
  drawing: { shape: "bars", measures: ["weighted", "open", "committed", "wonValue", "openCount"] },
};

/** One topic and one responsible at most, and moments instead of days. */
function narrowedBy({ filter }: Request) {
  return {
    topicId: filter.topics?.[0] ?? "",
    responsibleId: filter.agents?.[0] ?? "",
    ...momentsOf({ from: filter.from ?? "", to: filter.to ?? "" }),
  };
}

/** The moments between which days lie. */
export function momentsOf({ from, to }: Period) {
  const at = (day: string) => Date.parse(`${day}T00:00:00Z`);
  return {
    ...(from === "" ? {} : { from: timestampFromDate(new Date(at(from))) }),
    ...(to === "" ? {} : { to: timestampFromDate(new Date(at(to) + 86_400_000)) }),
  };
}

/** What a list of deals of the forecast is asked. */
export function dealsBehind(search: Search, period: Period) {
  const span = Object.entries(SPAN_NAMES).find(([, name]) => name === search.span);
  const agent = search.agent?.[0];
  return {
    topicId: search.topic?.[0] ?? "",
    responsibleId: agent ?? "",
    withoutResponsible: agent === "",
    ...momentsOf(period),
    span: span === undefined ? ForecastSpan.UNSPECIFIED : (Number(span[0]) as ForecastSpan),
    month: search.month ?? "",
  };
}

/** What staff and topics are called. */
export async function namesOf(calls: Calls): Promise<Map<string, string>> {
  const [staff, topics] = await Promise.all([
    calls.gateway.listStaff({ pageSize: MOST_NAMES }),
    calls.deals.listTopics({ pageSize: MOST_NAMES }),
  ]);
  return new Map([
    ...staff.staff.map((one): [string, string] => [one.staffId, one.name]),
    ...topics.topics.map((one): [string, string] => [one.topicId, one.name]),
  ]);
}

function lineOf(row: ForecastRow, names: Map<string, string>): Line {
  const span = SPAN_NAMES[row.span];
  const key = (label: string, value: string, name = names.get(value) ?? value) =>
    create(KeySchema, { label, value, name });
  const month = row.span === ForecastSpan.MONTH ? `${row.month}-01` : span;
  return {
    keys: [
      key(row.span === ForecastSpan.MONTH ? "month" : "span", month),
      key("agent", row.responsibleId),
      key("topic", row.topicId),
    ],
    span,
    month: row.month,
    ...sums(row.sums),
    openCount: row.openCount,
    committedCount: row.committedCount,
    wonCount: row.wonCount,
  };
}

function sums(all: readonly ForecastSums[]) {
  const money = (field: "openMinor" | "weightedMinor" | "committedMinor" | "wonMinor") =>
    all
      .filter((one) => one[field] !== 0n)
      .map((one) => create(MoneySchema, { minor: one[field], currency: one.currency }));
  return {
    open: money("openMinor"),
    weighted: money("weightedMinor"),
    committed: money("committedMinor"),
    wonValue: money("wonMinor"),
    openCount: undefined,
    committedCount: undefined,
    wonCount: undefined,
  };
}
