import type {
  AttributionRow,
  CampaignResult,
  ChannelRow,
  ModelCredit,
  PlanRow,
} from "../../generated/tributary/analytics/v1/reports_service_pb";
import type { Search } from "../search";
import { type Cell, type Column, columnsOf, type Title } from "./column";
import { byLabels, filterOf, type Report } from "./report";

/** Models of credit, in the order in which the services name them. */
export const MODELS = ["first", "last", "linear", "position", "time_decay", "data_driven"] as const;

/** What the models are compared by. */
export const MEASURES = ["share", "parts", "revenue", "roi", "touches"] as const;

type Measure = (typeof MEASURES)[number];

const c = columnsOf<CampaignResult>();

export const campaigns: Report<CampaignResult> = {
  name: "campaigns",
  load: (calls, request, page) => calls.reports.listCampaignResults({ ...request, ...page }),
  file: { path: "/v1/reports/export", name: "listCampaignResults" },
  by: [],
  spans: false,
  usual: [],
  filters: ["campaign", "kind"],
  carried: ["campaign"],
  choices: ["model", "state"],
  request: (search, period) => ({
    filter: filterOf(search, period, ["campaign"]),
    model: modelOf(search),
    kinds: search.kind ?? [],
    states: search.state ?? [],
  }),
  heads: [c.named("campaign", "card")],
  leads: (row) => (row.campaign === undefined ? undefined : { page: "campaigns", id: row.campaign.id }),
  part: (row) => ({ labels: row.campaign === undefined ? {} : { campaign: row.campaign.id } }),
  columns: (search) => [
    c.code("state", "state"),
    c.code("kind", "kind"),
    c.date("startsAt", "period"),
    c.date("endsAt", "period"),
    c.hours("plannedMinutes", "plannedMinutes", "costs.actual"),
    c.hours("actualMinutes", "actualMinutes", "costs.actual"),
    c.money("plannedCost", "plannedCost", "costs.actual"),
    c.money("actualCost", "actualCost", "costs.actual"),
    c.count("leads", "brought", "influence.leads"),
    c.count("deals", "touched", "influence.deals"),
    c.count("won", "touched", "influence.won"),
    c.count("contracts", "touched", "influence.contracts"),
    c.money("revenue", "touchedValue", "influence.contracts"),
    c.share("roi", "roi", "costs.actual"),
    { ...c.parts("creditedParts", "credited", "attribution.parts"), part: { model: modelOf(search) } },
    { ...c.money("creditedRevenue", "credited", "attribution.parts"), part: { model: modelOf(search) } },
    { ...c.share("creditedRoi", "roi", "attribution.parts"), part: { model: modelOf(search) } },
    c.named("agent", "agent"),
    c.text("department", "card"),
    c.text("place", "card"),
    c.text("project", "card"),
    c.flag("quick", "quick"),
  ],
  drawing: {
    shape: "bars",
    measures: ["revenue", "actualCost", "leads", "contracts", "roi", "creditedRevenue", "creditedRoi"],
  },
};

export function modelOf(search: Search): string {
  return MODELS.find((model) => model === search.model?.[0]) ?? "linear";
}

export function measureOf(search: Search): Measure {
  return MEASURES.find((measure) => measure === search.measure) ?? "share";
}

const ATTRIBUTED = ["channel", "source", "campaign", "activity", "partner"] as const;

const t = columnsOf<AttributionRow>();

export const attribution: Report<AttributionRow> = {
  name: "attribution",
  load: async (calls, request, page) => {
    const answer = await calls.reports.getAttribution({ ...request, ...page });
    return { ...answer, weights: { version: answer.weightsVersion, at: answer.weightsAt } };
  },
  file: { path: "/v1/reports/export", name: "getAttribution" },
  ...byLabels(ATTRIBUTED, ["channel"]),
  choices: ["measure"],
  keys: (row) => row.keys,
  columns: (search) => [
    ...MODELS.map((model) => credited(model, measureOf(search))),
    t.money("cost", "cost", "costs.actual"),
  ],
  drawing: { shape: "together" },
};

/** The column of one model. */
function credited(model: string, measure: Measure): Column<AttributionRow> {
  const about = {
    share: "creditShare",
    parts: "parts",
    revenue: "creditRevenue",
    roi: "roi",
    touches: "creditTouches",
  } as const;
  return {
    id: model,
    title: { code: model },
    about: about[measure],
    kind: KINDS[measure],
    opens: "attribution.parts",
    part: { model },
    cell: (row) => {
      const credit = row.credits.find((credit) => credit.model === model);
      return credit === undefined ? undefined : creditCell(credit, measure);
    },
  };
}

const KINDS = { share: "share", parts: "parts", revenue: "money", roi: "share", touches: "count" } as const;

function creditCell(credit: ModelCredit, measure: Measure): Cell | undefined {
  const value = credit[measure];
  return value === undefined ? undefined : ({ kind: KINDS[measure], value } as Cell);
}

/** How the column of the chart is called. */
export function measureTitle(measure: Measure): Title {
  return { name: measure };
}

const h = columnsOf<ChannelRow>();

export const channels: Report<ChannelRow> = {
  name: "channels",
  load: (calls, request, page) => calls.reports.getChannels({ ...request, ...page }),
  file: { path: "/v1/reports/export", name: "getChannels" },
  ...byLabels(["channel", "campaign"], ["channel"]),
  keys: (row) => row.keys,
  columns: () => [
    h.count("reach", "reach", "channels.requests"),
    h.count("clicks", "clicks", "channels.requests"),
    h.count("requests", "requests", "channels.requests"),
    h.money("cost", "cost", "costs.actual"),
    h.count("leads", "channelLeads", "funnel.leads"),
    h.count("deals", "channelLeads", "funnel.deals"),
    h.count("contracts", "channelLeads", "funnel.contracts"),
    h.money("revenue", "revenue", "funnel.contracts"),
    h.ratio("clickShare", "clicks", "reach", "channels.requests"),
    h.ratio("requestShare", "requests", "clicks", "channels.requests"),
    h.ratio("leadShare", "leads", "requests", "funnel.leads"),
    h.ratio("contractShare", "contracts", "leads", "funnel.contracts"),
    h.each("costPerRequest", "cost", "requests", "costs.actual"),
    h.each("costPerLead", "cost", "leads", "costs.actual"),
    h.each("costPerContract", "cost", "contracts", "costs.actual"),
    h.share("roi", "roi", "costs.actual"),
    h.count("unconverted", "unconverted"),
  ],
  drawing: { shape: "bars", measures: ["leads", "cost", "costPerLead", "costPerContract", "revenue", "roi"] },
};

const p = columnsOf<PlanRow>();

export const plans: Report<PlanRow> = {
  name: "plans",
  load: (calls, request, page) => calls.reports.getPlans({ ...request, ...page }),
  file: { path: "/v1/reports/export", name: "getPlans" },
  by: [],
  spans: false,
  usual: [],
  filters: ["channel", "campaign", "agent"],
  carried: [],
  request: (search, period) => ({ filter: filterOf(search, period, ["channel", "campaign", "agent"]) }),
  heads: [
    p.day("from", "period"),
    p.day("to", "period"),
    p.code("channel", "planFact"),
    p.named("campaign", "planFact"),
  ],
  part: (row) => ({
    labels: {
      ...(row.channel === "" ? {} : { channel: row.channel }),
      ...((row.campaign?.id ?? "") === "" ? {} : { campaign: row.campaign?.id }),
    },
    period: { from: row.from, to: row.to },
  }),
  columns: () => [
    p.count("targetLeads", "targetLeads"),
    p.count("leads", "planFact", "flow.leads"),
    p.ratio("reachedShare", "leads", "targetLeads", "flow.leads"),
    p.flag("reached", "reached"),
    p.money("allowedCost", "allowedCost"),
    p.money("cost", "planFact", "costs.actual"),
    p.ratio("spentShare", "cost", "allowedCost", "costs.actual"),
    p.money("allowedCostPerLead", "allowed"),
    p.each("costPerLead", "cost", "leads", "costs.actual"),
    p.money("allowed", "allowed"),
    p.named("agent", "agent"),
  ],
  drawing: { shape: "bars", measures: ["reachedShare", "spentShare", "targetLeads", "leads", "cost"] },
};
