// A gateway that answers what it is told, and the console before it.
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createRouterTransport } from "@connectrpc/connect";
import { createMemoryHistory } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import { ReportsService } from "../generated/tributary/analytics/v1/reports_service_pb";
import { DealsService } from "../generated/tributary/deals/v1/deals_service_pb";
import { ForecastService, ForecastSpan } from "../generated/tributary/deals/v1/forecast_service_pb";
import { GatewayService } from "../generated/tributary/gateway/v1/gateway_service_pb";
import { App } from "../src/App";
import { bearer, callsOver } from "../src/api/calls";
import { type Session, sessionIn } from "../src/api/session";
import { routerFor } from "../src/router";

export const TODAY = new Date("2026-11-26T12:00:00Z");
const at = timestampFromDate(TODAY);
const asOf = { position: 1_214n, at, baseCurrency: "EUR" };
const eur = (minor: bigint) => ({ minor, currency: "EUR" });
const named = (id: string, name: string) => ({ id, name });
const key = (label: string, value: string, name = value) => ({ label, value, name });

/** What was asked, method by method. */
export interface Asked {
  [method: string]: unknown[];
}

export interface World {
  session: Session;
  asked: Asked;
  /** Where the console is now. */
  place: () => string;
  /** From now on every report is refused with this. */
  refuse: (error: ConnectError | undefined) => void;
}

/** Opens the console at an address, signed in unless said otherwise. */
export function open(address: string, signedIn = true): World {
  const session = sessionIn(window.sessionStorage, Date.now);
  if (signedIn) {
    session.begin({ token: "token", expiresAt: Date.now() + 3_600_000, name: "Ivy", roles: ["head"] });
  }
  const asked: Asked = {};
  let refusal: ConnectError | undefined;
  const heard = <Request, Answer>(method: string, answer: Answer) => {
    return (request: Request) => {
      if (refusal !== undefined) {
        throw refusal;
      }
      asked[method] = [...(asked[method] ?? []), request];
      return answer;
    };
  };
  const transport = createRouterTransport(
    ({ service }) => {
      service(GatewayService, {
        signIn: ({ password }) => {
          if (password !== "correct horse") {
            throw new ConnectError("address or password is wrong", Code.Unauthenticated);
          }
          const expiresAt = timestampFromDate(new Date(Date.now() + 3_600_000));
          return { token: "token", expiresAt, staff: { name: "Ivy", roles: ["head"] } };
        },
        listStaff: () => ({ staff: [{ staffId: "staff_1", name: "Ivy" }] }),
      });
      service(DealsService, { listTopics: () => ({ topics: [{ topicId: "topic_1", name: "Chairs" }] }) });
      service(ForecastService, {
        getForecast: heard("getForecast", {
          rows: [
            {
              span: ForecastSpan.MONTH,
              month: "2026-12",
              responsibleId: "staff_1",
              topicId: "topic_1",
              openCount: 2n,
              sums: [{ currency: "EUR", openMinor: 500_000n, weightedMinor: 250_000n }],
            },
          ],
          totals: [{ currency: "EUR", openMinor: 500_000n, weightedMinor: 250_000n }],
        }),
        listForecastDeals: heard("listForecastDeals", { deals: [{ deal: { dealId: "deal_1" } }], total: 1n }),
      });
      service(ReportsService, reports(heard));
    },
    { transport: { interceptors: [bearer(session)] } },
  );
  const history = createMemoryHistory({ initialEntries: [address] });
  const router = routerFor(session, history);
  render(<App calls={callsOver(transport)} session={session} router={router} today={TODAY} />);
  return {
    session,
    asked,
    place: () => history.location.href,
    refuse: (error) => {
      refusal = error;
    },
  };
}

type Heard = <Request, Answer>(method: string, answer: Answer) => (request: Request) => Answer;

function reports(heard: Heard) {
  const channel = [key("channel", "form")];
  const credits = ["first", "last", "linear", "position", "time_decay", "data_driven"].map((model) => ({
    model,
    parts: 2_000_000n,
    share: 10_000n,
    revenue: eur(900_000n),
    touches: 3n,
  }));
  const funnel = {
    leads: 412n,
    talked: 300n,
    qualified: 90n,
    deals: 61n,
    won: 12n,
    contracts: 9n,
    talkedShare: 7_282n,
    revenue: eur(1_234_550n),
    unconverted: 2n,
  };
  const client = {
    clientId: "pers_1",
    recency: 5,
    frequency: 3,
    monetary: 4,
    firstSignedAt: at,
    lastSignedAt: at,
    contracts: 2n,
    active: 1n,
    value: eur(900_000n),
    received: eur(100_000n),
    agent: named("staff_1", "Ivy"),
    channel: "form",
  };
  const campaign = {
    campaign: named("camp_1", "Autumn fair"),
    kind: "exhibition",
    state: "past",
    startsAt: at,
    endsAt: at,
    plannedCost: eur(100_000n),
    actualCost: eur(90_050n),
    leads: 40n,
    deals: 8n,
    contracts: 2n,
    revenue: eur(900_000n),
    roi: 90_000n,
    creditedParts: 1_500_000n,
  };
  const lead = {
    leadId: "lead_1",
    receivedAt: at,
    channel: "form",
    state: "qualified",
    temperature: "hot",
    campaign: named("camp_1", "Autumn fair"),
  };
  const touch = {
    touchId: "0198",
    touchedAt: at,
    kind: "submission",
    channel: "form",
    leadId: "lead_1",
    place: 1,
  };
  return {
    getFunnel: heard("getFunnel", { asOf, rows: [funnel], total: funnel }),
    getFlow: heard("getFlow", {
      asOf,
      rows: [{ keys: [key("month", "2026-11-01")], leads: 5n, received: eur(5_000n) }],
      total: { leads: 5n, received: eur(5_000n) },
    }),
    getStages: heard("getStages", {
      asOf,
      rows: [{ keys: [key("topic", "topic_1", "Chairs"), key("stage", "need", "Need")], entered: 4n }],
      total: { entered: 4n },
    }),
    listCampaignResults: heard("listCampaignResults", {
      asOf,
      rows: [campaign],
      total: campaign,
      model: "linear",
    }),
    getAttribution: heard("getAttribution", {
      asOf,
      rows: [{ keys: channel, credits, cost: eur(90_050n) }],
      total: { credits, cost: eur(90_050n) },
    }),
    getKpis: heard("getKpis", { asOf, rows: [{ keys: channel, leads: 5n }], total: { leads: 5n } }),
    getChannels: heard("getChannels", { asOf, rows: [{ keys: channel, reach: 5n }], total: { reach: 5n } }),
    getPlans: heard("getPlans", {
      asOf,
      rows: [
        {
          planId: "plan_1",
          from: "2026-11-01",
          to: "2026-11-30",
          channel: "form",
          targetLeads: 10n,
          leads: 5n,
        },
      ],
    }),
    getKeyAccounts: heard("getKeyAccounts", {
      asOf,
      rows: [{ keys: [key("kind", "renewal")], signed: 3n, renewals: 3n }],
      total: { signed: 3n, renewals: 3n },
    }),
    getCohorts: heard("getCohorts", {
      asOf,
      rows: [{ month: "2026-01-01", age: 0n, size: 3n, clients: 3n, revenue: eur(9n) }],
    }),
    getJourneys: heard("getJourneys", {
      asOf,
      rows: [{ path: "form > call", journeys: 7n, share: 10_000n }],
      total: { journeys: 7n },
    }),
    getSteps: heard("getSteps", {
      asOf,
      rows: [{ fromChannel: "start", toChannel: "form", steps: 7n }],
      total: { steps: 7n },
    }),
    getRefusals: heard("getRefusals", {
      asOf,
      rows: [{ keys: [key("phase", "deal"), key("stage", "offer"), key("reason", "price")], refusals: 2n }],
      total: { refusals: 2n },
    }),
    getAgents: heard("getAgents", {
      asOf,
      rows: [{ keys: [key("agent", "staff_1", "Ivy")], openLeads: 3n }],
      total: { openLeads: 3n },
    }),
    listClients: heard("listClients", { asOf, rows: [client], total: 1n }),
    listLeadRecords: heard("listLeadRecords", { asOf, records: [lead], total: 412n, nextPageToken: "" }),
    listDealRecords: heard("listDealRecords", { asOf, records: [{ dealId: "deal_1" }], total: 1n }),
    listContractRecords: heard("listContractRecords", { asOf, records: [], total: 0n }),
    listTouchRecords: heard("listTouchRecords", { asOf, records: [touch], total: 1n }),
    listHistoryRecords: heard("listHistoryRecords", {
      asOf,
      records: [{ kind: "stay", outcome: "won", dealId: "deal_1", advanced: true, seconds: 86_400n }],
      total: 1n,
      value: eur(0n),
    }),
    listCostRecords: heard("listCostRecords", { asOf, records: [{ costId: "cost_1", line: "Stand" }] }),
    listChannelRecords: heard("listChannelRecords", { asOf, records: [] }),
    getJourney: heard("getJourney", {
      asOf,
      touches: [touch],
      leads: [lead],
      deals: [{ dealId: "deal_1", amount: eur(250_000n) }],
      contracts: [{ contractId: "cntr_1" }],
      credits: credits.map(({ model, parts, revenue }) => ({ model, parts, revenue, contractId: "cntr_1" })),
      client,
    }),
  };
}
