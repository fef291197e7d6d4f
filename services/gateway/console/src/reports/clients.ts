import type {
  Client,
  CohortRow,
  KeyAccountRow,
  PathRow,
  StepRow,
} from "../../generated/tributary/analytics/v1/reports_service_pb";
import { endOf } from "../search";
import { columnsOf } from "./column";
import { byLabels, filterOf, type Report } from "./report";

const a = columnsOf<KeyAccountRow>();

export const keyAccounts: Report<KeyAccountRow> = {
  name: "keyAccounts",
  load: (calls, request, page) => calls.reports.getKeyAccounts({ ...request, ...page }),
  file: { path: "/v1/reports/export", name: "getKeyAccounts" },
  ...byLabels(["kind", "agent"], ["kind"]),
  keys: (row) => row.keys,
  columns: () => [
    a.count("signed", "signed", "key_accounts.contracts"),
    a.money("signedValue", "signed", "key_accounts.contracts"),
    a.count("contracts", "ownContracts", "key_accounts.contracts"),
    a.count("started", "started", "key_accounts.started"),
    a.count("ended", "ended", "key_accounts.ended"),
    a.money("endedValue", "ended", "key_accounts.ended"),
    a.count("continued", "continued", "key_accounts.continued"),
    a.count("lost", "notContinued", "key_accounts.lost", "notContinued"),
    a.count("inForce", "inForce"),
    a.ratio("churn", "notContinued", "inForce", "key_accounts.lost"),
    { ...a.count("renewals", "ofKind", "key_accounts.contracts"), part: { kind: "renewal" } },
    { ...a.money("renewalValue", "ofKind", "key_accounts.contracts"), part: { kind: "renewal" } },
    { ...a.count("extensions", "ofKind", "key_accounts.growths"), part: { kind: "extension" } },
    { ...a.money("extensionValue", "ofKind", "key_accounts.growths"), part: { kind: "extension" } },
    { ...a.count("expansions", "ofKind", "key_accounts.growths"), part: { kind: "expansion" } },
    { ...a.money("expansionValue", "ofKind", "key_accounts.growths"), part: { kind: "expansion" } },
    { ...a.count("crossSales", "ofKind", "key_accounts.contracts"), part: { kind: "cross_sale" } },
    { ...a.money("crossSaleValue", "ofKind", "key_accounts.contracts"), part: { kind: "cross_sale" } },
    a.count("unconverted", "unconverted"),
  ],
  drawing: {
    shape: "bars",
    measures: ["signedValue", "signed", "renewals", "expansions", "crossSales", "ended", "lost", "churn"],
  },
};

const c = columnsOf<CohortRow>();

export const cohorts: Report<CohortRow> = {
  name: "cohorts",
  load: (calls, request, page) => calls.reports.getCohorts({ ...request, ...page }),
  file: { path: "/v1/reports/export", name: "getCohorts" },
  by: [],
  spans: false,
  usual: [],
  filters: [],
  request: (_, period) => ({ filter: period }),
  heads: [c.month("month", "month"), c.count("age", "age")],
  part: (row) => ({
    labels: { age: String(row.age) },
    period: { from: row.month, to: endOf("month", row.month) },
  }),
  columns: () => [
    c.count("size", "size"),
    c.count("clients", "cohortClients", "cohorts.clients"),
    c.count("contracts", "cohortContracts", "cohorts.contracts"),
    c.money("revenue", "cohortContracts", "cohorts.contracts"),
    c.money("received", "received", "cohorts.received"),
    c.money("revenueSoFar", "revenueSoFar"),
    c.money("valuePerClient", "cohortValue"),
  ],
  drawing: { shape: "lines", measures: ["valuePerClient", "revenueSoFar", "clients"], across: "age" },
};

const p = columnsOf<PathRow>();

export const journeys: Report<PathRow> = {
  name: "journeys",
  load: (calls, request, page) => calls.reports.getJourneys({ ...request, ...page }),
  file: { path: "/v1/reports/export", name: "getJourneys" },
  by: [],
  spans: false,
  usual: [],
  filters: [],
  request: (_, period) => ({ filter: period }),
  heads: [p.path("path", "path")],
  // The row of all has no path.
  part: (row) => ({ labels: row.path === "" ? {} : { path: row.path } }),
  columns: () => [
    p.count("journeys", "journeys", "journeys.journeys"),
    p.share("share", "journeyShare", "journeys.journeys"),
    p.count("touches", "journeyTouches", "journeys.journeys"),
    p.count("contracts", "contracts", "journeys.journeys"),
    p.ratio("contractShare", "contracts", "journeys", "journeys.journeys"),
    p.money("revenue", "revenue", "journeys.journeys"),
    p.way("seconds", "firstTouch", "lastTouch", "journeys.journeys"),
    p.span("betweenSeconds", "betweenSeconds", "between", "journeys.journeys"),
  ],
  drawing: {
    shape: "bars",
    measures: ["journeys", "contracts", "contractShare", "revenue", "betweenSeconds"],
  },
};

const s = columnsOf<StepRow>();

export const steps: Report<StepRow> = {
  name: "steps",
  load: (calls, request, page) => calls.reports.getSteps({ ...request, ...page }),
  file: { path: "/v1/reports/export", name: "getSteps" },
  by: [],
  spans: false,
  usual: [],
  filters: [],
  request: (_, period) => ({ filter: period }),
  heads: [s.code("fromChannel", "channelStep"), s.code("toChannel", "channelStep")],
  // The row of all has the ends of chains too, which are no touches.
  part: (row) => ({ labels: { from_channel: row.fromChannel, to_channel: row.toChannel || "none" } }),
  columns: () => [
    s.count("steps", "steps", "steps.steps"),
    s.share("share", "stepShare", "steps.steps"),
    s.span("seconds", "stepSeconds", "stepSeconds", "steps.steps"),
  ],
  drawing: { shape: "bars", measures: ["steps", "share", "seconds"] },
};

const l = columnsOf<Client>();

/** Columns of a client, for the list and for a journey. */
export const CLIENT = [
  l.count("recency", "recency"),
  l.count("frequency", "frequency"),
  l.count("monetary", "monetary"),
  l.money("value", "lifetime"),
  l.money("received", "received"),
  l.count("contracts", "clientContracts"),
  l.count("active", "active"),
  l.date("firstSignedAt", "signing"),
  l.date("lastSignedAt", "signing"),
  l.count("touches", "journeyTouches"),
  l.count("recommends", "recommends"),
  l.count("referrals", "referrals"),
  l.count("rewarded", "rewarded"),
  l.count("cases", "cases"),
  l.count("openCases", "openCases"),
  l.named("agent", "agent"),
  l.code("channel", "clientChannel"),
];

export const clients: Report<Client> = {
  name: "clients",
  load: async (calls, request, page) => {
    const answer = await calls.reports.listClients({ ...request, ...page });
    return { ...answer, total: undefined, count: answer.total };
  },
  file: { path: "/v1/reports/records/export", name: "listClients" },
  by: [],
  spans: false,
  usual: [],
  filters: ["channel", "agent"],
  choices: ["cells"],
  request: (search, period) => ({
    filter: filterOf(search, period, ["channel", "agent"]),
    recency: Number(search.recency ?? 0),
    frequency: Number(search.frequency ?? 0),
    monetary: Number(search.monetary ?? 0),
  }),
  heads: [l.id("clientId", "client")],
  leads: (row) => ({ page: "journeys", id: row.clientId }),
  columns: () => CLIENT,
  drawing: { shape: "bars", measures: ["value", "received", "contracts", "touches", "referrals"] },
};
