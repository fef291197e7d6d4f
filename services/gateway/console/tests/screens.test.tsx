import { Code, ConnectError } from "@connectrpc/connect";
import { screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import axe from "axe-core";
import { describe, expect, it, vi } from "vitest";
import { REPORTS } from "../src/reports";
import { open } from "./world";

// The document of tests has nothing to draw on; the chart's data is looked at in the tests of reports.
vi.mock("../src/parts/Canvas", () => ({ default: () => null }));

const user = userEvent.setup();

/** What axe finds wrong. Colours are not known here. */
async function faults(): Promise<string[]> {
  const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
}

describe("signing in", () => {
  it("asks who is there, and leads back to what was wanted", async () => {
    const world = open("/console/campaigns?period=all", false);
    await user.type(await screen.findByLabelText(/E-mail/), "ivy@example.org");
    await user.type(screen.getByLabelText(/Password/), "wrong horse");
    await user.click(screen.getByRole("button", { name: "Sign in" }));
    expect(await screen.findByText("Address or password is wrong.")).toBeDefined();
    expect(await faults()).toEqual([]);

    await user.clear(screen.getByLabelText(/Password/));
    await user.type(screen.getByLabelText(/Password/), "correct horse");
    await user.click(screen.getByRole("button", { name: "Sign in" }));
    expect(await screen.findByRole("heading", { name: "Campaigns" })).toBeDefined();
    expect(world.place()).toBe("/console/campaigns?period=all");
    expect(screen.getByText("Signed in as Ivy (head)")).toBeDefined();
  });

  it("is asked for again when the session is over, and comes back to the same place", async () => {
    const world = open("/console/funnel?period=year");
    await screen.findByRole("table");
    world.refuse(new ConnectError("the session has ended", Code.Unauthenticated));
    await user.click(screen.getByRole("link", { name: "Refusals" }));
    expect(await screen.findByText(/Your session has ended/)).toBeDefined();
    expect(world.session.current()).toBeUndefined();
    world.refuse(undefined);
    await user.type(screen.getByLabelText(/E-mail/), "ivy@example.org");
    await user.type(screen.getByLabelText(/Password/), "correct horse");
    await user.click(screen.getByRole("button", { name: "Sign in" }));
    expect(await screen.findByRole("heading", { name: "Refusals" })).toBeDefined();
  });

  it("ends when it is told to, without a word about it", async () => {
    const world = open("/console/funnel");
    await user.click(await screen.findByRole("button", { name: "Sign out" }));
    expect(await screen.findByLabelText(/Password/)).toBeDefined();
    await waitFor(() => expect(world.session.current()).toBeUndefined());
    expect(screen.queryByText(/Your session has ended/)).toBeNull();
  });
});

describe("a report", () => {
  it("says up to where its figures go, in which money, and what they lack", async () => {
    open("/console/funnel");
    expect(await screen.findByText(/Up to event 1,214/)).toBeDefined();
    expect(screen.getByText("Money in EUR")).toBeDefined();
    expect(screen.getByText(/2 amounts are left out/)).toBeDefined();
  });

  it("opens the records of a number, and a record its journey", async () => {
    const world = open("/console/funnel?from=2026-11-01&to=2026-11-30&channel=form");
    const table = await screen.findByRole("table");
    const number = within(table).getAllByRole("link", { name: "Leads, 412: open the records" });
    await user.click(number[0] as HTMLElement);
    expect(await screen.findByText("412 records")).toBeDefined();
    expect(screen.getByText(/Records behind “Funnel: Leads”/)).toBeDefined();
    expect(world.asked.listLeadRecords?.[0]).toMatchObject({
      number: "funnel.leads",
      filter: { from: "2026-11-01", to: "2026-11-30", channels: ["form"] },
    });
    expect(await faults()).toEqual([]);
    await user.click(screen.getByRole("link", { name: "lead_1" }));
    expect(await screen.findByRole("heading", { name: "Journey lead_1" })).toBeDefined();
    expect(await screen.findByRole("heading", { name: "Credit of each touch, by model" })).toBeDefined();
    expect(await faults()).toEqual([]);
  });

  it("is asked for what is chosen, and the address says it", async () => {
    const world = open("/console/funnel");
    await screen.findByRole("table");
    await user.selectOptions(screen.getByLabelText("Period"), "all");
    await waitFor(() => expect(world.place()).toBe("/console/funnel?period=all"));
    await waitFor(() => expect(world.asked.getFunnel).toHaveLength(2));
    expect(world.asked.getFunnel?.[1]).toMatchObject({ filter: { from: "", to: "" } });
  });

  it("says why it is not there, and is asked for again", async () => {
    const world = open("/console/sign-in");
    const error = new ConnectError("the figures are being rebuilt", Code.FailedPrecondition, {
      traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    });
    world.refuse(error);
    world.session.begin({ token: "token", expiresAt: Date.now() + 60_000, name: "Ivy", roles: [] });
    await user.type(await screen.findByLabelText(/E-mail/), "ivy@example.org");
    await user.type(screen.getByLabelText(/Password/), "correct horse");
    await user.click(screen.getByRole("button", { name: "Sign in" }));
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("the figures are being rebuilt");
    expect(alert.textContent).toContain("Reason: FailedPrecondition");
    expect(alert.textContent).toContain("4bf92f3577b34da6a3ce929d0e0e4736");
    expect(await faults()).toEqual([]);
    world.refuse(undefined);
    await user.click(within(alert).getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("table")).toBeDefined();
  });

  it("speaks another language at once", async () => {
    open("/console/funnel");
    await screen.findByRole("heading", { name: "Funnel" });
    await user.selectOptions(screen.getByLabelText("Language"), "lv");
    expect(await screen.findByRole("heading", { name: "Piltuve" })).toBeDefined();
    expect(document.documentElement.lang).toBe("lv");
  });

  it("says what a column means when it is focused", async () => {
    open("/console/funnel");
    const table = await screen.findByRole("table");
    within(table).getByRole("button", { name: "Qualified" }).focus();
    expect(await screen.findByText("Leads found worth a deal.")).toBeDefined();
  });
});

describe.each(Object.keys(REPORTS))("the screen %s", (name) => {
  it("has a table with a caption, and axe finds nothing wrong", async () => {
    open(`/console/${name}`);
    const table = await screen.findByRole("table");
    expect(table.querySelector("caption")?.textContent).toMatch(/^Table: /);
    expect(await faults()).toEqual([]);
  });
});

describe("the page of a campaign", () => {
  it("has its figures, its activities and its records", async () => {
    const world = open("/console/campaigns/camp_1");
    expect(await screen.findByRole("heading", { name: "Autumn fair" })).toBeDefined();
    await waitFor(() => expect(screen.getAllByRole("table").length).toBeGreaterThanOrEqual(4));
    expect(world.asked.listCampaignResults?.[0]).toMatchObject({ filter: { campaigns: ["camp_1"] } });
    expect(world.asked.getAttribution?.[0]).toMatchObject({
      groupBy: ["activity"],
      filter: { campaigns: ["camp_1"] },
    });
    expect(screen.getByRole("link", { name: "Contracts, 2: open the records" })).toBeDefined();
    expect(await faults()).toEqual([]);
  });
});

it("a forecast opens its deals", async () => {
  const world = open("/console/forecast");
  const table = await screen.findByRole("table");
  expect(within(table).getByText("Chairs")).toBeDefined();
  const weighted = within(table).getAllByRole("link", { name: "Weighted, €2,500: open the records" });
  await user.click(weighted[0] as HTMLElement);
  await waitFor(() => expect(world.asked.listForecastDeals).toHaveLength(1));
  expect(world.asked.listForecastDeals?.[0]).toMatchObject({
    span: 2,
    month: "2026-12",
    topicId: "topic_1",
    responsibleId: "staff_1",
  });
});
