import { create } from "@bufbuild/protobuf";
import { type Named, NamedSchema } from "../../generated/tributary/analytics/v1/reports_service_pb";
import { type Deal, DealState } from "../../generated/tributary/deals/v1/deals_service_pb";
import { ForecastFigure } from "../../generated/tributary/deals/v1/forecast_service_pb";
import type { Money } from "../../generated/tributary/type/v1/money_pb";
import { type Cell, columnsOf } from "../reports/column";
import { dealsBehind, namesOf } from "../reports/forecast";
import type { ListName } from "../reports/numbers";
import type { Destination } from "../reports/report";
import {
  CHANNEL,
  CONTRACT,
  COST,
  CREDIT,
  DEAL,
  GROWTH,
  HISTORY,
  LEAD,
  PAYMENT,
  REFUSAL,
  TOUCH,
} from "./columns";
import type { RecordList } from "./list";

/** A list whose records are nobody's business but its own. */
export type AnyList = RecordList<unknown>;

function list<Row>(records: RecordList<Row>): AnyList {
  return records as unknown as AnyList;
}

const RECORDS_FILE = "/v1/reports/records/export";

const counted = (total: bigint) => ({ title: "total", cell: { kind: "count", value: total } }) as const;
/** The sum of what was opened. Where the report has none it comes as nothing, and is not shown. */
function worth(value: Money | undefined) {
  return value === undefined || value.minor === 0n ? [] : [{ title: "value", cell: money(value) } as const];
}

function money(value: Money | undefined): Cell | undefined {
  return value === undefined ? undefined : { kind: "money", value };
}

/** The journey of the first of these ids that is one. */
function journey(...ids: string[]): Destination | undefined {
  const id = ids.find((id) => id !== "");
  return id === undefined ? undefined : { page: "journeys", id };
}

function campaign(of: Named | undefined): Destination | undefined {
  return of === undefined || of.id === "" ? undefined : { page: "campaigns", id: of.id };
}

/** A deal of the forecast in columns. */
interface Expected extends Pick<Deal, "dealId" | "title" | "stage" | "committed" | "leadId" | "saleObject"> {
  state: string;
  topic: Named;
  agent: Named;
  amount: Money | undefined;
  weighted: Money[];
  probabilityPercent: number;
  expectedCloseAt?: Deal["expectedCloseAt"];
  closedAt?: Deal["closedAt"];
}

const e = columnsOf<Expected>();

const FIGURES: Record<string, ForecastFigure> = {
  "forecast.open": ForecastFigure.OPEN,
  "forecast.committed": ForecastFigure.COMMITTED,
  "forecast.won": ForecastFigure.WON,
};

const STATES: Record<DealState, string> = {
  [DealState.UNSPECIFIED]: "",
  [DealState.OPEN]: "open",
  [DealState.WON]: "won",
  [DealState.LOST]: "lost",
};

export const LISTS: Record<ListName, AnyList> = {
  leads: list({
    name: "leads",
    usual: "funnel.leads",
    ...LEAD,
    load: async (calls, asked, page) => {
      const { records, total, ...rest } = await calls.reports.listLeadRecords({ ...asked, ...page });
      return { ...rest, rows: records, totals: [counted(total)] };
    },
    file: { path: RECORDS_FILE, name: "listLeadRecords" },
    leads: (row) => journey(row.leadId),
  }),
  deals: list({
    name: "deals",
    usual: "funnel.deals",
    ...DEAL,
    load: async (calls, asked, page) => {
      const { records, total, value, ...rest } = await calls.reports.listDealRecords({ ...asked, ...page });
      return { ...rest, rows: records, totals: [counted(total), ...worth(value)] };
    },
    file: { path: RECORDS_FILE, name: "listDealRecords" },
    leads: (row) => journey(row.dealId),
  }),
  contracts: list({
    name: "contracts",
    usual: "flow.contracts",
    ...CONTRACT,
    load: async (calls, asked, page) => {
      const answer = await calls.reports.listContractRecords({ ...asked, ...page });
      const { records, total, value, ...rest } = answer;
      return { ...rest, rows: records, totals: [counted(total), ...worth(value)] };
    },
    file: { path: RECORDS_FILE, name: "listContractRecords" },
    leads: (row) => journey(row.contractId),
  }),
  touches: list({
    name: "touches",
    usual: "touches.touches",
    ...TOUCH,
    load: async (calls, asked, page) => {
      const { records, total, ...rest } = await calls.reports.listTouchRecords({ ...asked, ...page });
      return { ...rest, rows: records, totals: [counted(total)] };
    },
    file: { path: RECORDS_FILE, name: "listTouchRecords" },
    leads: (row) => journey(row.leadId, row.personId),
  }),
  credits: list({
    name: "credits",
    usual: "attribution.parts",
    ...CREDIT,
    load: async (calls, asked, page) => {
      const answer = await calls.reports.listCreditRecords({ ...asked, ...page });
      const { records, parts, revenue, ...rest } = answer;
      const credit = { title: "parts", cell: { kind: "parts", value: parts } } as const;
      return { ...rest, rows: records, totals: [credit, ...worth(revenue)] };
    },
    file: { path: RECORDS_FILE, name: "listCreditRecords" },
    leads: (row) => journey(row.contractId),
  }),
  costs: list({
    name: "costs",
    usual: "costs.actual",
    ...COST,
    load: async (calls, asked, page) => {
      const { records, planned, actual, ...rest } = await calls.reports.listCostRecords({
        ...asked,
        ...page,
      });
      return {
        ...rest,
        rows: records,
        totals: [...worth(actual), { title: "planned", cell: money(planned) }],
      };
    },
    file: { path: RECORDS_FILE, name: "listCostRecords" },
    leads: (row) => campaign(row.campaign),
  }),
  channels: list({
    name: "channels",
    usual: "channels.requests",
    ...CHANNEL,
    load: async (calls, asked, page) => {
      const { records, ...rest } = await calls.reports.listChannelRecords({ ...asked, ...page });
      return { ...rest, rows: records, totals: [{ title: "overlap", cell: undefined }] };
    },
    file: { path: RECORDS_FILE, name: "listChannelRecords" },
    leads: (row) => campaign(row.campaign),
  }),
  refusals: list({
    name: "refusals",
    usual: "refusals.refusals",
    ...REFUSAL,
    load: async (calls, asked, page) => {
      const answer = await calls.reports.listRefusalRecords({ ...asked, ...page });
      const { records, total, lostValue, ...rest } = answer;
      return { ...rest, rows: records, totals: [counted(total), ...worth(lostValue)] };
    },
    file: { path: RECORDS_FILE, name: "listRefusalRecords" },
    leads: (row) => journey(row.dealId, row.leadId),
  }),
  payments: list({
    name: "payments",
    usual: "flow.received",
    ...PAYMENT,
    load: async (calls, asked, page) => {
      const { records, value, ...rest } = await calls.reports.listPaymentRecords({ ...asked, ...page });
      return { ...rest, rows: records, totals: [...worth(value)] };
    },
    file: { path: RECORDS_FILE, name: "listPaymentRecords" },
    leads: (row) => journey(row.contractId),
  }),
  history: list({
    name: "history",
    usual: "stages.entered",
    ...HISTORY,
    load: async (calls, asked, page) => {
      const answer = await calls.reports.listHistoryRecords({ ...asked, ...page });
      const { records, total, value, ...rest } = answer;
      return { ...rest, rows: records, totals: [counted(total), ...worth(value)] };
    },
    file: { path: RECORDS_FILE, name: "listHistoryRecords" },
    leads: (row) => journey(row.contractId, row.dealId, row.leadId),
  }),
  growths: list({
    name: "growths",
    usual: "key_accounts.growths",
    ...GROWTH,
    load: async (calls, asked, page) => {
      const answer = await calls.reports.listGrowthRecords({ ...asked, ...page });
      const { records, total, value, ...rest } = answer;
      return { ...rest, rows: records, totals: [counted(total), ...worth(value)] };
    },
    file: { path: RECORDS_FILE, name: "listGrowthRecords" },
    leads: (row) => journey(row.contractId),
  }),
  forecastDeals: list<Expected>({
    name: "forecastDeals",
    usual: "forecast.open",
    head: e.id("dealId"),
    columns: [
      e.text("title"),
      e.code("state"),
      e.named("topic"),
      e.code("stage"),
      e.money("amount"),
      e.count("probabilityPercent"),
      e.moneys("weighted"),
      e.flag("committed"),
      e.date("expectedCloseAt"),
      e.date("closedAt"),
      e.named("agent"),
      e.text("saleObject"),
      e.id("leadId"),
    ],
    load: async (calls, asked, page, search, period) => {
      const figure = FIGURES[asked.number] ?? ForecastFigure.OPEN;
      const [answer, names] = await Promise.all([
        calls.forecast.listForecastDeals({ ...dealsBehind(search, period), figure, ...page }),
        namesOf(calls),
      ]);
      const named = (id: string) => create(NamedSchema, { id, name: names.get(id) ?? id });
      const rows = answer.deals.flatMap(({ deal, probabilityPercent, weighted }) =>
        deal === undefined
          ? []
          : {
              ...deal,
              state: STATES[deal.state],
              topic: named(deal.topicId),
              agent: named(deal.responsibleId),
              amount: deal.amount,
              probabilityPercent,
              weighted: weighted === undefined ? [] : [weighted],
            },
      );
      return { rows, nextPageToken: answer.nextPageToken, totals: [counted(answer.total)] };
    },
    leads: (row) => journey(row.dealId),
  }),
};

export function listNamed(name: string): AnyList | undefined {
  return Object.hasOwn(LISTS, name) ? LISTS[name as ListName] : undefined;
}
