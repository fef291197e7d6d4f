import { useQuery } from "@tanstack/react-query";
import { Controls } from "../parts/Controls";
import { useConsole, useFormat } from "../parts/console";
import { Facts } from "../parts/Facts";
import { Notes } from "../parts/Notes";
import { Answered, Empty } from "../parts/states";
import { headOf, Table } from "../parts/Table";
import { hrefOf, useView } from "../parts/view";
import { type AnyList, LISTS } from "../records";
import { REPORTS } from "../reports";
import { behind, partOf } from "../reports/behind";
import { keyText } from "../reports/column";
import { type ListName, type NumberName, openingOf } from "../reports/numbers";
import { filterOf } from "../reports/report";
import { type Period, periodOf, type Search } from "../search";
import { periodText } from "./ReportScreen";

/** Rows of each list that a page of a campaign shows. */
const FEW = 10;

/** One campaign: its figures, the credit of its activities, and its records. */
export function CampaignScreen({ id }: { id: string }) {
  const { calls, today, format } = useConsole();
  const [view, change] = useView();
  const report = REPORTS.campaigns;
  const search: Search = { ...view, campaign: [id] };
  const period = periodOf(search, today);
  const request = report.request(search, period);
  const asked = useQuery({
    queryKey: ["report", report.name, request],
    queryFn: () => report.load(calls, request, { pageSize: 1, pageToken: "" }),
  });
  const own = { ...report, filters: [], choices: ["model" as const] };
  return (
    <Answered asked={asked}>
      {(answer) => {
        const [row] = answer.rows;
        const [head] = report.heads ?? [];
        if (row === undefined || head === undefined) {
          return <Empty title={format.text("state.empty")} />;
        }
        const part = partOf(report, row, period);
        return (
          <>
            <title>{`${headOf(head, format).text(row)} · ${format.text("app.name")}`}</title>
            <header className="screen-head">
              <div>
                <h1>{headOf(head, format).text(row)}</h1>
                <p className="purpose">{periodText(period, format)}</p>
              </div>
            </header>
            <Controls report={own} search={view} change={change} />
            <Notes answer={answer} />
            <section>
              <h2>{format.text("campaign.figures")}</h2>
              <Facts
                columns={report.columns(search)}
                row={row}
                behind={(column) => behind(column, part, view, [])}
              />
            </section>
            <Activities search={search} period={period} />
            <Few name="touches" number="touches.touches" search={search} period={period} />
            <Few name="leads" number="influence.leads" search={search} period={period} />
            <Few name="contracts" number="influence.contracts" search={search} period={period} />
            <Few name="costs" number="costs.actual" search={search} period={period} />
            <Few name="channels" number="channels.requests" search={search} period={period} />
          </>
        );
      }}
    </Answered>
  );
}

interface Props {
  search: Search;
  period: Period;
}

/** Credit of the activities of the campaign by all models. */
function Activities({ search, period }: Props) {
  const { calls } = useConsole();
  const format = useFormat();
  const report = REPORTS.attribution;
  const narrowed = { ...search, by: ["activity"] };
  const request = report.request(narrowed, period);
  const asked = useQuery({
    queryKey: ["report", report.name, request],
    queryFn: () => report.load(calls, request, { pageSize: 50, pageToken: "" }),
  });
  const title = format.text("campaign.activities");
  return (
    <section>
      <h2>{title}</h2>
      <Answered asked={asked}>
        {({ rows }) =>
          rows.length === 0 ? (
            <p>{format.text("journey.nothing")}</p>
          ) : (
            <Table
              caption={title}
              heads={[
                {
                  id: "activity",
                  title: format.text("label.activity"),
                  text: (row) => {
                    const key = report.keys?.(row)[0];
                    return key === undefined ? "" : keyText(key, format);
                  },
                },
              ]}
              columns={report.columns({ ...search, measure: "parts" })}
              rows={rows}
              keyOf={(_, place) => place}
              behind={(column, row) => behind(column, partOf(report, row, period), narrowed, ["campaign"])}
            />
          )
        }
      </Answered>
    </section>
  );
}

/** The latest records of a list, and the way to all of them. */
function Few({ name, number, search, period }: Props & { name: ListName; number: NumberName }) {
  const { calls, format } = useConsole();
  const list: AnyList = LISTS[name];
  const asked = { filter: filterOf({ campaign: search.campaign }, period, openingOf(number).by), number };
  const found = useQuery({
    queryKey: ["records", name, asked, FEW],
    queryFn: () => list.load(calls, asked, { pageSize: FEW, pageToken: "" }, search, period),
  });
  const all = { number, campaign: search.campaign, from: period.from, to: period.to };
  const whole = period.from === "" && period.to === "" ? { ...all, period: "all" } : all;
  return (
    <section>
      <h2>{format.text(`list.${name}`)}</h2>
      <Answered asked={found}>
        {({ rows }) =>
          rows.length === 0 ? (
            <p>{format.text("journey.nothing")}</p>
          ) : (
            <>
              <Table
                caption={format.text(`list.${name}`)}
                heads={[headOf(list.head, format)]}
                columns={list.columns.filter((column) => rows.some((row) => column.cell(row) !== undefined))}
                rows={rows}
                keyOf={(_, place) => place}
                leads={name === "costs" || name === "channels" ? undefined : list.leads}
              />
              <p className="small">
                <a href={hrefOf(`/records/${name}`, whole)}>{format.text("campaign.openAll")}</a>
              </p>
            </>
          )
        }
      </Answered>
    </section>
  );
}
