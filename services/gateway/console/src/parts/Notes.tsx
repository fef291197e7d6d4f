import type { AsOf } from "../../generated/tributary/analytics/v1/reports_service_pb";
import type { Answer } from "../reports/report";
import { useFormat } from "./console";

/** What is to be known of figures: up to where they go, in which money, and what they lack. */
export function Notes({ answer }: { answer: Answer<unknown> | undefined }) {
  const format = useFormat();
  const { text } = format;
  if (answer === undefined) {
    return null;
  }
  const { asOf, weights, total } = answer;
  const left = unconverted(total);
  return (
    <ul className="notes">
      {asOf !== undefined && <AsOfNotes asOf={asOf} />}
      {left > 0 && <li className="warning">{text("view.unconverted", { count: left })}</li>}
      {weights !== undefined && (
        <li>
          {weights.at === undefined
            ? text("view.noWeights")
            : text("view.weights", {
                version: format.count(weights.version),
                at: format.moment(weights.at),
              })}
        </li>
      )}
    </ul>
  );
}

export function AsOfNotes({ asOf }: { asOf: AsOf }) {
  const format = useFormat();
  const { text } = format;
  return (
    <>
      <li>
        {asOf.at === undefined
          ? text("view.noFacts")
          : text("view.asOf", { position: format.count(asOf.position), at: format.moment(asOf.at) })}
      </li>
      {asOf.baseCurrency !== "" && <li>{text("view.currency", { currency: asOf.baseCurrency })}</li>}
      {asOf.restating > 0n && (
        <li className="warning">{text("view.restating", { count: Number(asOf.restating) })}</li>
      )}
    </>
  );
}

function unconverted(total: unknown): number {
  const { unconverted } = (total ?? {}) as { unconverted?: unknown };
  return typeof unconverted === "bigint" ? Number(unconverted) : 0;
}
