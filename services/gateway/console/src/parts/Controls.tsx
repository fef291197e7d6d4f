import { Button, MultiSelect, NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { AnyReport } from "../reports";
import { MEASURES, MODELS, measureOf, modelOf } from "../reports/money";
import { groupsOf } from "../reports/report";
import { type Choice, valuesOf } from "../reports/values";
import { type Label, PERIODS, periodName, periodOf, type Search, SPANS } from "../search";
import { useConsole, useFormat } from "./console";

interface Props {
  report: AnyReport;
  search: Search;
  change: (change: Search) => void;
}

/** All that can be chosen in a view of a report. */
export function Controls(props: Props) {
  const { report } = props;
  return (
    <div className="controls">
      <PeriodChoice {...props} />
      {(report.by.length > 0 || report.spans) && <GroupChoice {...props} />}
      {report.choices?.includes("model") && <ModelChoice {...props} />}
      {report.choices?.includes("measure") && <MeasureChoice {...props} />}
      {report.choices?.includes("state") && <StateChoice {...props} />}
      {report.choices?.includes("cells") && <CellChoice {...props} />}
      <FilterChoice {...props} />
    </div>
  );
}

const CUSTOM = "custom";

function PeriodChoice({ report, search, change }: Props) {
  const { format, today } = useConsole();
  const { text } = format;
  const name = periodName(search, report.usualPeriod);
  const days = periodOf(search, today, report.usualPeriod);
  const choose = (name: string) =>
    change(
      name === CUSTOM
        ? {
            period: undefined,
            from: days.from,
            to: days.to === "" ? today.toISOString().slice(0, 10) : days.to,
          }
        : { period: name, from: undefined, to: undefined },
    );
  const wrong = days.to !== "" && days.to < days.from;
  return (
    <>
      <NativeSelect
        label={text("period.label")}
        value={name ?? CUSTOM}
        onChange={(event) => choose(event.currentTarget.value)}
        data={[...PERIODS, CUSTOM].map((value) => ({
          value,
          label: text(`period.${value as (typeof PERIODS)[number] | typeof CUSTOM}`),
        }))}
      />
      {name === undefined && (
        <>
          <DayChoice label={text("period.from")} day={days.from} choose={(from) => change({ from })} />
          <DayChoice
            label={text("period.to")}
            day={days.to}
            choose={(to) => change({ to })}
            error={wrong ? text("period.wrong") : undefined}
          />
        </>
      )}
    </>
  );
}

interface DayProps {
  label: string;
  day: string;
  choose: (day: string) => void;
  error?: string | undefined;
}

/** A day counts when it is left or confirmed, so that a year that is being typed asks for nothing. */
function DayChoice({ label, day, choose, error }: DayProps) {
  const [typed, setTyped] = useState<string>();
  const settle = () => {
    if (typed !== undefined && typed !== day && typed !== "") {
      choose(typed);
    }
    setTyped(undefined);
  };
  return (
    <TextInput
      type="date"
      label={label}
      min="1900-01-01"
      max="9999-12-31"
      value={typed ?? day}
      error={error}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={settle}
      onKeyDown={(event) => event.key === "Enter" && settle()}
    />
  );
}

function GroupChoice({ report, search, change }: Props) {
  const { text } = useFormat();
  const groups = groupsOf(report, search);
  const names = [...report.by, ...(report.spans ? SPANS : [])];
  return (
    <MultiSelect
      label={text("view.by")}
      placeholder={groups.length === 0 ? text("view.everything") : undefined}
      data={names.map((value) => ({ value, label: text(`label.${value}`) }))}
      value={[...groups]}
      onChange={(by) => change({ by: groupsOf(report, { by }) as string[], chart: search.chart })}
      hidePickedOptions
      className="wide"
    />
  );
}

function ModelChoice({ search, change }: Props) {
  const { text, code } = useFormat();
  return (
    <NativeSelect
      label={text("view.model")}
      value={modelOf(search)}
      onChange={(event) => change({ model: [event.currentTarget.value] })}
      data={MODELS.map((value) => ({ value, label: code(value) }))}
    />
  );
}

function MeasureChoice({ search, change }: Props) {
  const { text } = useFormat();
  return (
    <NativeSelect
      label={text("view.measure")}
      value={measureOf(search)}
      onChange={(event) => change({ measure: event.currentTarget.value })}
      data={MEASURES.map((value) => ({ value, label: text(`column.${value}`) }))}
    />
  );
}

const STATES = ["preparing", "running", "past"] as const;

function StateChoice({ search, change }: Props) {
  const { text } = useFormat();
  return (
    <MultiSelect
      label={text("view.states")}
      placeholder={search.state === undefined ? text("view.any") : undefined}
      data={STATES.map((value) => ({ value, label: text(`value.${value}`) }))}
      value={search.state ?? []}
      onChange={(state) => change({ state })}
    />
  );
}

const CELLS = ["recency", "frequency", "monetary"] as const;

function CellChoice({ search, change }: Props) {
  const { text } = useFormat();
  const levels = ["5", "4", "3", "2", "1"].map((value) => ({ value, label: value }));
  return CELLS.map((cell) => (
    <NativeSelect
      key={cell}
      label={text(`column.${cell}`)}
      value={search[cell] ?? ""}
      onChange={(event) => change({ [cell]: event.currentTarget.value })}
      data={[{ value: "", label: text("view.any") }, ...levels]}
      className="narrow"
    />
  ));
}

function FilterChoice({ report, search, change }: Props) {
  const { text } = useFormat();
  const labels = report.filters;
  const used = labels.filter((label) => (search[label] ?? []).length > 0);
  const [open, setOpen] = useState(used.length > 0);
  if (labels.length === 0) {
    return null;
  }
  const clear = () => change(Object.fromEntries(used.map((label) => [label, undefined])));
  return (
    <details className="filters" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {text("view.filter")}
        {used.length > 0 && ` (${used.length})`}
      </summary>
      {open && (
        <div className="controls">
          {labels.map((label) => (
            <LabelFilter key={label} label={label} report={report} search={search} change={change} />
          ))}
          {used.length > 0 && (
            <Button variant="subtle" onClick={clear}>
              {text("view.clear")}
            </Button>
          )}
        </div>
      )}
    </details>
  );
}

/** Components that choose have no empty value, which means "none" here. */
const NONE = "~";
const outside = (value: string) => (value === NONE ? "" : value);
const inside = (value: string) => (value === "" ? NONE : value);

function LabelFilter({ label, report, search, change }: Props & { label: Label }) {
  const { calls, format, today } = useConsole();
  const [opened, setOpened] = useState(false);
  const period = periodOf(search, today, report.usualPeriod);
  const chosen = search[label] ?? [];
  const known = useQuery({
    queryKey: ["values", report.name, label, period, search, format.locale],
    queryFn: () => valuesOf(report, label, calls, search, period, format),
    // What is chosen is to be called by its name at once.
    enabled: opened || chosen.length > 0,
  });
  const choices: Choice[] = known.data ?? [];
  const missing = chosen.filter((value) => !choices.some((choice) => choice.value === value));
  const all = [...missing.map((value) => ({ value, name: format.code(value) })), ...choices];
  return (
    <MultiSelect
      label={format.text(`label.${label}`)}
      placeholder={chosen.length === 0 ? format.text("view.any") : undefined}
      data={all.map(({ value, name }) => ({ value: inside(value), label: name || format.text("view.none") }))}
      value={chosen.map(inside)}
      onChange={(values) => change({ [label]: values.map(outside) })}
      onDropdownOpen={() => setOpened(true)}
      nothingFoundMessage={format.text(known.isPending ? "state.loading" : "view.noValues")}
      searchable
      hidePickedOptions
    />
  );
}
