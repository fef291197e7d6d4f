import type { Label } from "../search";

const ARRIVED = ["topic", "channel", "source", "campaign", "partner", "agent", "temperature"] as const;
const HAPPENED = ["topic", "channel", "source", "campaign", "partner", "agent"] as const;
const WORKED = ["agent", "temperature", "topic"] as const;
const OF_CONTRACT = ["kind", "agent", "reason"] as const;
const REFUSED = ["phase", "stage", "reason", "topic", "channel", "agent"] as const;
const CREDITED = ["model", "channel", "source", "campaign", "activity", "partner"] as const;
const STAYED = ["topic", "stage", "agent"] as const;
const BY_CHANNEL = ["channel", "campaign"] as const;

/** Lists of records. */
export type ListName =
  | "leads"
  | "deals"
  | "contracts"
  | "touches"
  | "credits"
  | "costs"
  | "channels"
  | "refusals"
  | "payments"
  | "growths"
  | "history"
  | "forecastDeals";

interface Opening {
  list: ListName;
  /** Labels that the records can be narrowed by. A number narrowed by others has no list of its own. */
  by: readonly Label[];
  /** It is opened for one campaign alone. */
  ofCampaign?: true;
  /** Values of a label that there are no records of. */
  without?: { [Name in Label]?: readonly string[] };
  /** The number that has the records of a kind, where this one has not. */
  instead?: { [kind: string]: "key_accounts.growths" };
}

/** The numbers of the reports that open their records, under the names that the lists know. */
export const NUMBERS = {
  "funnel.leads": { list: "leads", by: ARRIVED },
  "funnel.talked": { list: "leads", by: ARRIVED },
  "funnel.qualified": { list: "leads", by: ARRIVED },
  "funnel.refused": { list: "leads", by: ARRIVED },
  "funnel.recovered": { list: "leads", by: ARRIVED },
  "flow.leads": { list: "leads", by: HAPPENED },
  "flow.qualified": { list: "leads", by: HAPPENED },
  "influence.leads": { list: "leads", by: ["campaign"], ofCampaign: true },
  "agents.open_leads": { list: "leads", by: WORKED },
  "funnel.deals": { list: "deals", by: ARRIVED },
  "funnel.won": { list: "deals", by: ARRIVED },
  "funnel.lost": { list: "deals", by: ARRIVED },
  "funnel.pipeline": { list: "deals", by: ARRIVED },
  "flow.deals": { list: "deals", by: HAPPENED },
  "flow.won": { list: "deals", by: HAPPENED },
  "flow.lost": { list: "deals", by: HAPPENED },
  "influence.deals": { list: "deals", by: ["campaign"], ofCampaign: true },
  "influence.won": { list: "deals", by: ["campaign"], ofCampaign: true },
  "agents.open_deals": { list: "deals", by: WORKED },
  "agents.won": { list: "deals", by: WORKED },
  "funnel.contracts": { list: "contracts", by: ARRIVED },
  "flow.contracts": { list: "contracts", by: HAPPENED },
  "influence.contracts": { list: "contracts", by: ["campaign"], ofCampaign: true },
  "key_accounts.contracts": {
    list: "contracts",
    by: OF_CONTRACT,
    instead: { extension: "key_accounts.growths", expansion: "key_accounts.growths" },
  },
  "key_accounts.started": { list: "contracts", by: OF_CONTRACT },
  "key_accounts.ended": { list: "contracts", by: OF_CONTRACT },
  "key_accounts.continued": { list: "contracts", by: OF_CONTRACT },
  "key_accounts.lost": { list: "contracts", by: OF_CONTRACT },
  "key_accounts.growths": { list: "growths", by: ["kind", "agent"] },
  "cohorts.contracts": { list: "contracts", by: ["age"] },
  "cohorts.clients": { list: "contracts", by: ["age"] },
  "cohorts.received": { list: "payments", by: ["age"] },
  "stages.entered": { list: "history", by: STAYED },
  "stages.completed": { list: "history", by: STAYED },
  "stages.advanced": { list: "history", by: STAYED },
  "stages.won": { list: "history", by: STAYED },
  "stages.lost": { list: "history", by: STAYED },
  "agents.assigned": { list: "history", by: WORKED },
  "agents.first_talks": { list: "history", by: WORKED },
  "agents.positive": { list: "history", by: WORKED },
  "agents.negative": { list: "history", by: WORKED },
  "agents.satisfactory": { list: "history", by: WORKED },
  "agents.undecided": { list: "history", by: WORKED },
  "agents.activities": { list: "history", by: WORKED },
  "flow.reopened": { list: "history", by: HAPPENED },
  "kpis.first_purchases": { list: "history", by: ["channel", "topic", "agent"] },
  "flow.enquiries": { list: "touches", by: HAPPENED },
  "steps.steps": {
    list: "touches",
    by: ["from_channel", "to_channel"],
    without: { to_channel: ["contract", "none"] },
  },
  "journeys.journeys": { list: "touches", by: ["path"] },
  "touches.touches": { list: "touches", by: ["kind", "channel", "source", "campaign", "partner"] },
  "touches.firsts": { list: "touches", by: ["kind", "channel", "source", "campaign", "partner"] },
  "attribution.parts": { list: "credits", by: CREDITED },
  "costs.actual": { list: "costs", by: ["campaign", "activity", "channel", "kind"] },
  "channels.requests": { list: "channels", by: BY_CHANNEL },
  "refusals.refusals": { list: "refusals", by: REFUSED },
  "refusals.recovered": { list: "refusals", by: REFUSED },
  "flow.refused": { list: "refusals", by: ["topic", "channel", "agent"] },
  "flow.received": { list: "payments", by: [] },
  "flow.refunded": { list: "payments", by: [] },
  "forecast.open": { list: "forecastDeals", by: ["topic", "agent"] },
  "forecast.committed": { list: "forecastDeals", by: ["topic", "agent"] },
  "forecast.won": { list: "forecastDeals", by: ["topic", "agent"] },
} as const satisfies Record<string, Opening>;

export type NumberName = keyof typeof NUMBERS;

export function openingOf(number: NumberName): Opening {
  return NUMBERS[number];
}

/** Lists that have the rest of what a number adds up. */
export const ALSO: { [Name in NumberName]?: readonly NumberName[] } = {
  "costs.actual": ["channels.requests"],
  "channels.requests": ["costs.actual"],
  "key_accounts.contracts": ["key_accounts.growths"],
  "key_accounts.growths": ["key_accounts.contracts"],
};
