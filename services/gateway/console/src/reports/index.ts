import { clients, cohorts, journeys, keyAccounts, steps } from "./clients";
import { forecast } from "./forecast";
import { agents, flow, funnel, kpis, refusals, stages } from "./leads";
import { attribution, campaigns, channels, plans } from "./money";
import type { Report, ReportName } from "./report";

/** A report whose rows are nobody's business but its own. */
export type AnyReport = Report<unknown>;

/** What a screen does with a row, it does through the report that the row is of. */
function any<Row>(report: Report<Row>): AnyReport {
  return report as unknown as AnyReport;
}

export const REPORTS: Record<ReportName, AnyReport> = {
  funnel: any(funnel),
  flow: any(flow),
  stages: any(stages),
  campaigns: any(campaigns),
  attribution: any(attribution),
  kpis: any(kpis),
  channels: any(channels),
  plans: any(plans),
  keyAccounts: any(keyAccounts),
  cohorts: any(cohorts),
  journeys: any(journeys),
  steps: any(steps),
  refusals: any(refusals),
  agents: any(agents),
  clients: any(clients),
  forecast: any(forecast),
};

/** The sections of the console, each with the reports that belong together. */
export const SECTIONS = [
  { name: "funnel", reports: ["funnel", "flow", "stages"] },
  { name: "campaigns", reports: ["campaigns"] },
  { name: "attribution", reports: ["attribution"] },
  { name: "kpis", reports: ["kpis", "channels"] },
  { name: "plans", reports: ["plans"] },
  { name: "keyAccounts", reports: ["keyAccounts", "cohorts"] },
  { name: "journeys", reports: ["journeys", "steps"] },
  { name: "refusals", reports: ["refusals"] },
  { name: "agents", reports: ["agents"] },
  { name: "clients", reports: ["clients"] },
  { name: "forecast", reports: ["forecast"] },
] as const;

export function reportNamed(name: string): AnyReport | undefined {
  return Object.hasOwn(REPORTS, name) ? REPORTS[name as ReportName] : undefined;
}
