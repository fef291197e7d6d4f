import { BarChart, FunnelChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { type ECharts, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import type { Format } from "../format";
import type { Chart } from "../reports/drawing";
import { useFormat } from "./console";

use([
  AriaComponent,
  BarChart,
  CanvasRenderer,
  FunnelChart,
  GridComponent,
  LegendComponent,
  LineChart,
  TooltipComponent,
]);

/** Told apart by people who see colours differently; the patterns help, too. */
const COLOURS = [
  "#1b7f95",
  "#e08214",
  "#5e4fa2",
  "#3a923a",
  "#c44e52",
  "#8c6d31",
  "#3f72c9",
  "#a8518a",
  "#6b7a00",
  "#2f4b4f",
  "#d18ac4",
  "#909090",
];

const FONT = "system-ui, sans-serif";

export default function Canvas({ chart, dark }: { chart: Chart; dark: boolean }) {
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<ECharts>(null);
  const format = useFormat();
  useEffect(() => {
    const element = place.current;
    if (element === null) {
      return;
    }
    const echarts = init(element);
    drawn.current = echarts;
    const follow = new ResizeObserver(() => echarts.resize());
    follow.observe(element);
    return () => {
      follow.disconnect();
      echarts.dispose();
      drawn.current = null;
    };
  }, []);
  useEffect(() => {
    const narrow = (place.current?.clientWidth ?? 0) < 500;
    drawn.current?.setOption(optionOf(chart, dark, narrow, format), true);
  }, [chart, dark, format]);
  return <div ref={place} className="canvas" />;
}

function optionOf(chart: Chart, dark: boolean, narrow: boolean, format: Format) {
  const ink = dark ? "#c9ccd1" : "#3b4148";
  const line = dark ? "#44484f" : "#d6dade";
  const base = {
    animation: false,
    color: COLOURS,
    textStyle: { color: ink, fontFamily: FONT },
    aria: { enabled: true, decal: { show: chart.series.length > 1 && chart.shape !== "lines" } },
    tooltip: {
      confine: true,
      backgroundColor: dark ? "#25282d" : "#ffffff",
      borderColor: line,
      textStyle: { color: ink },
    },
  };
  if (chart.shape === "funnel") {
    return { ...base, ...funnel(chart, ink, dark) };
  }
  const text = (place: number, index: number) => chart.series[place]?.texts[index] ?? "";
  const names = {
    type: "category",
    data: chart.names,
    axisLine: { lineStyle: { color: line } },
    axisTick: { show: false },
    axisLabel: { color: ink, fontSize: 13, width: narrow ? 110 : 220, overflow: "truncate" },
    inverse: chart.shape === "bars",
  };
  const values = {
    type: "value",
    splitLine: { lineStyle: { color: line } },
    axisLabel: {
      color: ink,
      fontSize: 12,
      formatter: (value: number) => axisText(chart, value, format),
      hideOverlap: true,
    },
  };
  const lying = chart.shape === "bars";
  const many = chart.series.length > 1;
  return {
    ...base,
    tooltip: {
      ...base.tooltip,
      trigger: many ? "axis" : "item",
      axisPointer: { type: "shadow" },
    },
    legend: many
      ? { type: "scroll", top: 0, textStyle: { color: ink, fontSize: 13 }, inactiveColor: line }
      : undefined,
    grid: {
      left: 8,
      right: lying && !many ? 96 : 24,
      top: many ? 36 : 12,
      bottom: 4,
      outerBoundsMode: "same",
    },
    xAxis: lying ? values : names,
    yAxis: lying ? names : values,
    series: chart.series.map((series, place) => ({
      type: chart.shape === "lines" ? "line" : "bar",
      name: series.name,
      data: series.values,
      barMaxWidth: 26,
      symbolSize: 6,
      connectNulls: chart.connected,
      tooltip: { valueFormatter: (_: unknown, index: number) => text(place, index) },
      label: {
        show: !many && chart.shape === "bars",
        position: "right",
        color: ink,
        fontSize: 13,
        formatter: ({ dataIndex }: { dataIndex: number }) => text(place, dataIndex),
      },
    })),
  };
}

function funnel(chart: Chart, ink: string, dark: boolean) {
  const [series] = chart.series;
  const text = (index: number) => series?.texts[index] ?? "";
  return {
    series: [
      {
        type: "funnel",
        sort: "none",
        left: "5%",
        right: "5%",
        top: 8,
        bottom: 8,
        minSize: "4%",
        gap: 3,
        label: {
          position: "inside",
          color: ink,
          fontSize: 14,
          formatter: ({ name, dataIndex }: { name: string; dataIndex: number }) =>
            `${name}: ${text(dataIndex)}`,
        },
        tooltip: { valueFormatter: (_: unknown, index: number) => text(index) },
        itemStyle: { borderWidth: 0 },
        data: chart.names.map((name, index) => ({
          name,
          value: series?.values[index] ?? 0,
          itemStyle: { color: dark ? "#235a66" : "#a9d6df" },
        })),
      },
    ],
  };
}

/** The scale of an axis is rounded; what is exact stands at the bars and in the table. */
function axisText(chart: Chart, value: number, { locale }: Format): string {
  const options: Intl.NumberFormatOptions = { notation: "compact", maximumFractionDigits: 1 };
  switch (chart.kind) {
    case "share":
      return new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 }).format(
        value / 100,
      );
    case "span":
      return new Intl.NumberFormat(locale, {
        style: "unit",
        unit: value >= 48 ? "day" : "hour",
        unitDisplay: "short",
        maximumFractionDigits: 1,
      }).format(value >= 48 ? value / 24 : value);
    case "money":
      return chart.currency === ""
        ? new Intl.NumberFormat(locale, options).format(value)
        : new Intl.NumberFormat(locale, { ...options, style: "currency", currency: chart.currency }).format(
            value,
          );
    default:
      return new Intl.NumberFormat(locale, options).format(value);
  }
}
