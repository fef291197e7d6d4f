import type {
  CaseRecord,
  ChannelRecord,
  ContractRecord,
  CostRecord,
  CreditRecord,
  DealRecord,
  GrowthRecord,
  HistoryRecord,
  LeadRecord,
  PaymentRecord,
  RefusalRecord,
  TouchRecord,
} from "../../generated/tributary/analytics/v1/reports_service_pb";
import { columnsOf } from "../reports/column";

const l = columnsOf<LeadRecord>();

export const LEAD = {
  head: l.id("leadId"),
  columns: [
    l.moment("receivedAt"),
    l.code("state"),
    l.code("temperature"),
    l.code("channel"),
    l.text("source"),
    l.named("campaign"),
    l.named("activity"),
    l.named("partner"),
    l.named("topic"),
    l.named("agent"),
    l.moment("talkedAt"),
    l.moment("qualifiedAt"),
    l.moment("refusedAt"),
    l.code("reason"),
    l.flag("recovered"),
    l.count("enquiries"),
    l.count("deals"),
    l.count("won"),
    l.count("contracts"),
    l.money("revenue"),
    l.count("filledFields"),
    l.count("wantedFields"),
  ],
};

const d = columnsOf<DealRecord>();

export const DEAL = {
  head: d.id("dealId"),
  columns: [
    d.moment("openedAt"),
    d.code("state"),
    d.named("topic"),
    d.named("stage"),
    d.moment("stageSince"),
    d.money("amount"),
    d.money("value"),
    d.count("probabilityPercent"),
    d.flag("committed"),
    d.date("expectedCloseAt"),
    d.moment("closedAt"),
    d.code("reason"),
    d.named("agent"),
    d.code("origin"),
    d.code("channel"),
    d.text("source"),
    d.named("campaign"),
    d.named("partner"),
    d.text("saleObject"),
    d.id("leadId"),
  ],
};

const c = columnsOf<ContractRecord>();

export const CONTRACT = {
  head: c.id("contractId"),
  columns: [
    c.text("number"),
    c.code("state"),
    c.code("kind"),
    c.moment("signedAt"),
    c.date("startsAt"),
    c.date("endsAt"),
    c.date("endedAt"),
    c.code("endKind"),
    c.code("reason"),
    c.flag("continued"),
    c.money("amount"),
    c.money("value"),
    c.money("expected"),
    c.money("received"),
    c.named("agent"),
    c.code("channel"),
    c.text("source"),
    c.named("campaign"),
    c.named("partner"),
    c.id("dealId"),
    c.id("leadId"),
    c.id("previousId"),
  ],
};

const t = columnsOf<TouchRecord>();

export const TOUCH = {
  head: t.moment("touchedAt"),
  columns: [
    t.count("place"),
    t.code("kind"),
    t.code("channel"),
    t.text("source"),
    t.named("campaign"),
    t.named("activity"),
    t.named("partner"),
    t.code("fromChannel"),
    t.path("path"),
    t.id("leadId"),
    t.id("personId"),
  ],
};

const r = columnsOf<CreditRecord>();

export const CREDIT = {
  head: r.id("contractId"),
  columns: [
    r.code("model"),
    r.parts("parts"),
    r.money("revenue"),
    r.moment("signedAt"),
    r.code("channel"),
    r.text("source"),
    r.named("campaign"),
    r.named("activity"),
    r.named("partner"),
    r.id("touchId"),
  ],
};

const o = columnsOf<CostRecord>();

export const COST = {
  head: o.id("costId"),
  columns: [
    o.date("spentAt"),
    o.named("campaign"),
    o.named("activity"),
    o.code("channel"),
    o.code("kind"),
    o.text("line"),
    o.money("planned"),
    o.money("actual"),
    o.money("plannedAmount"),
    o.money("actualAmount"),
    o.hours("plannedMinutes"),
    o.hours("actualMinutes"),
    o.flag("converted"),
  ],
};

const h = columnsOf<ChannelRecord>();

export const CHANNEL = {
  head: h.id("figuresId"),
  columns: [
    h.code("channel"),
    h.named("campaign"),
    h.day("from"),
    h.day("to"),
    h.count("reach"),
    h.count("clicks"),
    h.count("requests"),
    h.money("cost"),
    h.money("amount"),
    h.flag("converted"),
  ],
};

const f = columnsOf<RefusalRecord>();

export const REFUSAL = {
  head: f.moment("refusedAt"),
  columns: [
    f.code("phase"),
    f.named("stage"),
    f.code("reason"),
    f.money("lostValue"),
    f.flag("recovered"),
    f.named("topic"),
    f.code("channel"),
    f.named("agent"),
    f.id("leadId"),
    f.id("dealId"),
  ],
};

const p = columnsOf<PaymentRecord>();

export const PAYMENT = {
  head: p.id("paymentId"),
  columns: [
    p.id("contractId"),
    p.date("dueAt"),
    p.moment("receivedAt", undefined, "paidAt"),
    p.money("amount"),
    p.money("value"),
  ],
};

const g = columnsOf<GrowthRecord>();

export const GROWTH = {
  head: g.id("growthId"),
  columns: [
    g.id("contractId"),
    g.code("kind"),
    g.moment("grownAt"),
    g.money("amount"),
    g.money("value"),
    g.named("agent"),
  ],
};

const y = columnsOf<HistoryRecord>();

export const HISTORY = {
  head: y.moment("happenedAt"),
  columns: [
    y.code("kind"),
    y.code("outcome"),
    y.named("stage"),
    y.moment("endedAt"),
    y.span("seconds", "lasted", "lasted"),
    y.flag("first"),
    y.flag("advanced"),
    y.money("value"),
    y.named("agent"),
    y.named("topic"),
    y.code("channel"),
    y.text("source"),
    y.named("campaign"),
    y.named("partner"),
    y.code("temperature"),
    y.id("leadId"),
    y.id("dealId"),
    y.id("contractId"),
  ],
};

const s = columnsOf<CaseRecord>();

export const CASE = {
  head: s.id("caseId"),
  columns: [
    s.moment("openedAt"),
    s.moment("resolvedAt"),
    s.code("step"),
    s.code("severity"),
    s.named("agent"),
    s.flag("churned"),
  ],
};
