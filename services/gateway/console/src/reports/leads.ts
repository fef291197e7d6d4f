import type {
  AgentRow,
  FlowRow,
  FunnelRow,
  KpiRow,
  RefusalRow,
  StageRow,
} from "../../generated/tributary/analytics/v1/reports_service_pb";
import { columnsOf } from "./column";
import { byLabels, type Report } from "./report";

const ARRIVED = ["topic", "channel", "source", "campaign", "partner", "agent", "temperature"] as const;
const HAPPENED = ["topic", "channel", "source", "campaign", "partner", "agent"] as const;
const REFUSED = ["phase", "stage", "reason", "topic", "channel", "agent"] as const;

const f = columnsOf<FunnelRow>();

export const funnel: Report<FunnelRow> = {
  name: "funnel",
  load: (calls, request, page) => calls.reports.getFunnel({ ...request, ...page }),
  file: { path: "/v1/reports/export", name: "getFunnel" },
  ...byLabels(ARRIVED, []),
  columns: () => [
    f.count("leads", "arrived", "funnel.leads"),
    f.count("enquiries", "enquiries", "funnel.leads"),
    f.count("talked", "talked", "funnel.talked"),
    f.count("qualified", "qualified", "funnel.qualified"),
    f.count("deals", "deals", "funnel.deals"),
    f.count("won", "won", "funnel.won"),
    f.count("contracts", "contracts", "funnel.contracts"),
    f.ratio("talkedShare", "talked", "leads", "funnel.talked"),
    f.ratio("qualifiedShare", "qualified", "talked", "funnel.qualified"),
    f.ratio("dealsShare", "deals", "qualified", "funnel.deals"),
    f.ratio("wonShare", "won", "deals", "funnel.won"),
    f.ratio("contractsShare", "contracts", "won", "funnel.contracts"),
    f.ratio("overallShare", "contracts", "leads", "funnel.contracts"),
    f.way("talkedSeconds", "arrival", "talked", "funnel.talked"),
    f.way("qualifiedSeconds", "talked", "qualified", "funnel.qualified"),
    f.way("dealSeconds", "qualified", "deals", "funnel.deals"),
    f.way("wonSeconds", "deals", "won", "funnel.won"),
    f.way("signedSeconds", "won", "signing", "funnel.contracts"),
    f.money("revenue", "revenue", "funnel.contracts"),
    f.money("received", "received", "funnel.contracts"),
    f.money("pipeline", "pipeline", "funnel.pipeline"),
    f.count("lost", "lost", "funnel.lost"),
    f.money("lostValue", "lostValue", "funnel.lost"),
    f.count("refused", "refused", "funnel.refused"),
    f.count("recovered", "recovered", "funnel.recovered"),
    f.share("completeness", "completeness", "funnel.leads"),
    f.count("unconverted", "unconverted"),
  ],
  keys: (row) => row.keys,
  drawing: {
    shape: "funnel",
    steps: ["leads", "talked", "qualified", "deals", "won", "contracts"],
    measures: ["leads", "qualified", "won", "contracts", "overallShare", "revenue", "pipeline"],
  },
};

const w = columnsOf<FlowRow>();

export const flow: Report<FlowRow> = {
  name: "flow",
  load: (calls, request, page) => calls.reports.getFlow({ ...request, ...page }),
  file: { path: "/v1/reports/export", name: "getFlow" },
  ...byLabels(HAPPENED, ["month"]),
  columns: () => [
    w.count("leads", "onDay", "flow.leads"),
    w.count("enquiries", "onDay", "flow.enquiries"),
    w.count("qualified", "onDay", "flow.qualified"),
    w.count("refused", "onDay", "flow.refused"),
    w.count("reopened", "onDay", "flow.reopened"),
    w.count("deals", "onDay", "flow.deals"),
    w.count("won", "onDay", "flow.won"),
    w.money("wonValue", "onDay", "flow.won"),
    w.count("lost", "onDay", "flow.lost"),
    w.money("lostValue", "lostValue", "flow.lost"),
    w.count("contracts", "onDay", "flow.contracts"),
    w.money("revenue", "revenue", "flow.contracts"),
    w.money("received", "received", "flow.received"),
    w.money("refunded", "refunded", "flow.refunded"),
    w.count("unconverted", "unconverted"),
  ],
  keys: (row) => row.keys,
  drawing: { shape: "bars", measures: ["leads", "deals", "won", "contracts", "revenue", "received"] },
};

const s = columnsOf<StageRow>();

export const stages: Report<StageRow> = {
  name: "stages",
  load: (calls, request, page) => calls.reports.getStages({ ...request, ...page }),
  file: { path: "/v1/reports/export", name: "getStages" },
  ...byLabels(["topic", "stage", "agent"], ["topic", "stage"]),
  columns: () => [
    s.count("entered", "entered", "stages.entered"),
    s.count("completed", "completed", "stages.completed"),
    s.span("seconds", "stay", "stay", "stages.completed"),
    s.count("advanced", "advanced", "stages.advanced"),
    s.ratio("advancedShare", "advanced", "completed", "stages.advanced"),
    s.count("won", "stageWon", "stages.won"),
    s.count("lost", "stageLost", "stages.lost"),
    s.ratio("lostShare", "lost", "completed", "stages.lost"),
    s.money("lostValue", "lostValue", "stages.lost"),
    s.count("place", "place"),
    s.count("probabilityPercent", "chance"),
    s.count("limitDays", "limit"),
  ],
  keys: (row) => row.keys,
  drawing: { shape: "bars", measures: ["seconds", "entered", "advancedShare", "lostShare", "lostValue"] },
};

const k = columnsOf<KpiRow>();

export const kpis: Report<KpiRow> = {
  name: "kpis",
  load: (calls, request, page) => calls.reports.getKpis({ ...request, ...page }),
  file: { path: "/v1/reports/export", name: "getKpis" },
  ...byLabels(ARRIVED, ["channel"]),
  columns: () => [
    k.count("leads", "arrived", "funnel.leads"),
    k.count("qualified", "qualified", "funnel.qualified"),
    k.ratio("qualifiedShare", "qualified", "leads", "funnel.qualified"),
    k.count("deals", "deals", "funnel.deals"),
    k.count("won", "won", "funnel.won"),
    k.ratio("wonShare", "won", "closed", "funnel.won"),
    k.count("contracts", "contracts", "funnel.contracts"),
    k.money("revenue", "revenue", "funnel.contracts"),
    k.share("completeness", "completeness", "funnel.leads"),
    k.money("cost", "cost", "costs.actual"),
    k.each("costPerLead", "cost", "leads", "costs.actual"),
    k.each("costPerDeal", "cost", "deals", "costs.actual"),
    k.each("costPerContract", "cost", "contracts", "costs.actual"),
    k.share("roi", "roi", "costs.actual"),
    k.count("firstPurchases", "firstPurchases", "kpis.first_purchases"),
    k.hundredths("purchaseTouches", "purchaseTouches", "kpis.first_purchases"),
    k.way("purchaseSeconds", "firstTouch", "firstPurchase", "kpis.first_purchases"),
    k.money("purchaseValue", "purchaseValue", "kpis.first_purchases"),
    k.way("talkedSeconds", "arrival", "talked", "funnel.talked"),
    k.way("qualifiedSeconds", "talked", "qualified", "funnel.qualified"),
    k.way("dealSeconds", "qualified", "deals", "funnel.deals"),
    k.way("wonSeconds", "deals", "won", "funnel.won"),
    k.way("signedSeconds", "won", "signing", "funnel.contracts"),
    k.count("unconverted", "unconverted"),
  ],
  keys: (row) => row.keys,
  drawing: {
    shape: "bars",
    measures: ["leads", "costPerLead", "costPerContract", "qualifiedShare", "wonShare", "revenue", "roi"],
  },
};

const r = columnsOf<RefusalRow>();

export const refusals: Report<RefusalRow> = {
  name: "refusals",
  load: (calls, request, page) => calls.reports.getRefusals({ ...request, ...page }),
  file: { path: "/v1/reports/export", name: "getRefusals" },
  ...byLabels(REFUSED, ["phase", "stage", "reason"]),
  columns: () => [
    r.count("refusals", "refusals", "refusals.refusals"),
    r.share("share", "refusalShare", "refusals.refusals"),
    r.money("lostValue", "lostValue", "refusals.refusals"),
    r.count("recovered", "recoveredSince", "refusals.recovered"),
    r.ratio("recoveredShare", "recovered", "refusals", "refusals.recovered"),
    r.money("recoveredRevenue", "recoveredRevenue", "refusals.recovered"),
  ],
  keys: (row) => row.keys,
  drawing: { shape: "bars", measures: ["refusals", "lostValue", "recovered", "recoveredRevenue"] },
};

const a = columnsOf<AgentRow>();

export const agents: Report<AgentRow> = {
  name: "agents",
  load: (calls, request, page) => calls.reports.getAgents({ ...request, ...page }),
  file: { path: "/v1/reports/export", name: "getAgents" },
  ...byLabels(["agent", "temperature", "topic"], ["agent"]),
  columns: () => [
    a.count("openLeads", "now", "agents.open_leads"),
    a.count("openDeals", "now", "agents.open_deals"),
    a.money("openValue", "now", "agents.open_deals"),
    a.count("assigned", "assigned", "agents.assigned"),
    a.count("firstTalks", "firstTalks", "agents.first_talks"),
    a.way("responseSeconds", "arrival", "talked", "agents.first_talks"),
    a.count("positive", "outcome", "agents.positive"),
    a.count("negative", "outcome", "agents.negative"),
    a.count("satisfactory", "outcome", "agents.satisfactory"),
    a.count("undecided", "outcome", "agents.undecided"),
    a.ratio("positiveShare", "positive", "outcomes", "agents.positive"),
    a.count("activities", "activities", "agents.activities"),
    a.count("won", "agentWon", "agents.won"),
    a.money("wonValue", "wonSoFar", "agents.won"),
    a.share("completeness", "completeness", "funnel.leads"),
  ],
  keys: (row) => row.keys,
  drawing: {
    shape: "bars",
    measures: ["openLeads", "assigned", "responseSeconds", "positiveShare", "wonValue", "completeness"],
  },
};
