import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { GetJourneyResponse } from "../../generated/tributary/analytics/v1/reports_service_pb";
import { useConsole, useFormat } from "../parts/console";
import { Facts } from "../parts/Facts";
import { AsOfNotes } from "../parts/Notes";
import { Answered } from "../parts/states";
import { headOf, Table } from "../parts/Table";
import { CASE, CONTRACT, DEAL, GROWTH, LEAD, PAYMENT, REFUSAL, TOUCH } from "../records/columns";
import { CLIENT } from "../reports/clients";
import { type Cell, type Column, columnsOf } from "../reports/column";
import { MODELS } from "../reports/money";
import type { KeyOf } from "../words/words";

/** All that is known of one person: what came before, who gets the credit, what followed. */
export function JourneyScreen({ id }: { id: string }) {
  const { calls, format } = useConsole();
  const asked = useQuery({
    queryKey: ["journey", id],
    queryFn: () => calls.reports.getJourney({ subjectId: id }),
  });
  return (
    <>
      <title>{`${format.text("journey.title")} ${id} · ${format.text("app.name")}`}</title>
      <header className="screen-head">
        <div>
          <h1>
            {format.text("journey.title")} <code>{id}</code>
          </h1>
          <p className="purpose">{format.text("journey.about")}</p>
        </div>
      </header>
      <Answered asked={asked}>{(journey) => <Journey journey={journey} />}</Answered>
    </>
  );
}

function Journey({ journey }: { journey: GetJourneyResponse }) {
  const { text } = useFormat();
  const { client } = journey;
  return (
    <>
      <ul className="notes">
        {journey.asOf !== undefined && <AsOfNotes asOf={journey.asOf} />}
        {journey.cut && <li className="warning">{text("journey.cut")}</li>}
      </ul>
      <Part name="touches" rows={journey.touches} of={TOUCH} />
      <Part name="leads" rows={journey.leads} of={LEAD} />
      <Part name="deals" rows={journey.deals} of={DEAL} />
      <Part name="contracts" rows={journey.contracts} of={CONTRACT} />
      <Credits journey={journey} />
      <Part name="payments" rows={journey.payments} of={PAYMENT} />
      <Part name="growths" rows={journey.growths} of={GROWTH} />
      <Part name="refusals" rows={journey.refusals} of={REFUSAL} />
      <Part name="cases" rows={journey.cases} of={CASE} />
      {client !== undefined && (
        <section>
          <h2>{text("journey.client")}</h2>
          <Facts columns={CLIENT} row={client} />
        </section>
      )}
    </>
  );
}

interface PartProps<Row> {
  name: KeyOf<"list">;
  rows: readonly Row[];
  of: { head: Column<Row>; columns: Column<Row>[] };
}

/** The records of one kind; of what there is none, nothing is said. */
function Part<Row>({ name, rows, of }: PartProps<Row>) {
  const format = useFormat();
  if (rows.length === 0) {
    return null;
  }
  const title = format.text(`list.${name}`);
  return (
    <section>
      <h2>
        {title} ({format.count(rows.length)})
      </h2>
      <Table
        caption={title}
        heads={[headOf(of.head, format)]}
        columns={of.columns.filter((column) => rows.some((row) => column.cell(row) !== undefined))}
        rows={rows}
        keyOf={(_, place) => place}
      />
    </section>
  );
}

/** What a touch gets of a contract. */
interface Credited {
  contractId: string;
  touchId: string;
  channel: string;
  touchedAt: Timestamp | undefined;
  parts: Map<string, bigint>;
}

const c = columnsOf<Credited>();

/** Who gets the credit for each contract: a row for each touch, and the models side by side. */
function Credits({ journey }: { journey: GetJourneyResponse }) {
  const format = useFormat();
  const rows = useMemo(() => creditedOf(journey), [journey]);
  if (rows.length === 0) {
    return null;
  }
  const title = format.text("journey.credits");
  return (
    <section>
      <h2>{title}</h2>
      <Table
        caption={title}
        heads={[
          headOf(c.id("contractId"), format),
          {
            id: "touchedAt",
            title: format.text("column.touchId"),
            text: ({ touchId, touchedAt, channel }) =>
              touchId === "" || touchedAt === undefined
                ? format.text("journey.noTouch")
                : `${format.moment(touchedAt)} · ${format.code(channel)}`,
          },
        ]}
        columns={MODELS.map((model) => ({
          id: model,
          title: { code: model },
          kind: "share",
          cell: (row: Credited): Cell | undefined => {
            const parts = row.parts.get(model);
            // Millionths as basis points.
            return parts === undefined ? undefined : { kind: "share", value: parts / 100n };
          },
        }))}
        rows={rows}
        keyOf={(row) => row.contractId + row.touchId}
      />
    </section>
  );
}

function creditedOf({ credits, touches }: GetJourneyResponse): Credited[] {
  const rows = new Map<string, Credited>();
  for (const { contractId, touchId, channel, model, parts } of credits) {
    const key = `${contractId} ${touchId}`;
    const row = rows.get(key) ?? {
      contractId,
      touchId,
      channel,
      touchedAt: touches.find((touch) => touch.touchId === touchId)?.touchedAt,
      parts: new Map(),
    };
    row.parts.set(model, parts);
    rows.set(key, row);
  }
  return [...rows.values()];
}
