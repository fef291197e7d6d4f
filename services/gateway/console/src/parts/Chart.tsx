import { useComputedColorScheme } from "@mantine/core";
import { lazy, Suspense } from "react";
import type { Chart as Drawn } from "../reports/drawing";
import { useFormat } from "./console";

/** The library of charts is large, and the table does not wait for it. */
const Canvas = lazy(() => import("./Canvas"));

/** A chart. Its figures are those of the table below, which is what is read aloud. */
export function Chart({ chart }: { chart: Drawn }) {
  const { text } = useFormat();
  const scheme = useComputedColorScheme("light");
  const label = text("view.chartOf", { measure: chart.measure, by: chart.by, group: chart.by });
  const shownRows = chart.names.length;
  return (
    <figure className="chart">
      <div role="img" aria-label={label} style={{ height: heightOf(chart) }}>
        <Suspense>
          <Canvas chart={chart} dark={scheme === "dark"} />
        </Suspense>
      </div>
      {chart.left > 0 && <figcaption>{text("view.chartCut", { count: shownRows })}</figcaption>}
    </figure>
  );
}

function heightOf(chart: Drawn): number {
  if (chart.shape !== "bars") {
    return 320;
  }
  const bars = chart.names.length * Math.max(chart.series.length, 1);
  return Math.min(Math.max(bars * (chart.series.length > 1 ? 11 : 26) + 90, 180), 760);
}
