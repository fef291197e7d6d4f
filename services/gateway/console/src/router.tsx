import {
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  type RouterHistory,
  redirect,
} from "@tanstack/react-router";
import { useEffect } from "react";
import type { Session } from "./api/session";
import { useFormat } from "./parts/console";
import { BASE, hrefOf } from "./parts/view";
import { listNamed } from "./records";
import { reportNamed } from "./reports";
import { CampaignScreen } from "./screens/CampaignScreen";
import { Frame } from "./screens/Frame";
import { JourneyScreen } from "./screens/JourneyScreen";
import { RecordsScreen } from "./screens/RecordsScreen";
import { ReportScreen } from "./screens/ReportScreen";
import { SignInScreen } from "./screens/SignInScreen";
import { parseSearch, printSearch } from "./search";

/** The screens and their addresses. Links are plain ones; those that lead to a screen are followed without loading the page anew. */
export function routerFor(session: Session, history?: RouterHistory) {
  const root = createRootRoute({ component: Root, notFoundComponent: NotFound });
  const signIn = createRoute({ getParentRoute: () => root, path: "/sign-in", component: SignInScreen });
  const frame = createRoute({
    getParentRoute: () => root,
    id: "frame",
    component: Frame,
    beforeLoad: ({ location }) => {
      if (session.current() === undefined) {
        const next = location.pathname === "/" ? "" : location.pathname + location.searchStr;
        throw redirect({ to: "/sign-in", search: (next === "" ? {} : { next }) as never });
      }
    },
  });
  const start = createRoute({
    getParentRoute: () => frame,
    path: "/",
    beforeLoad: () => {
      throw redirect({ to: "/$report", params: { report: "funnel" } });
    },
  });
  const report = createRoute({
    getParentRoute: () => frame,
    path: "/$report",
    component: function Report() {
      const known = reportNamed(report.useParams().report);
      return known === undefined ? <NotFound /> : <ReportScreen key={known.name} report={known} />;
    },
  });
  const campaign = createRoute({
    getParentRoute: () => frame,
    path: "/campaigns/$id",
    component: function Campaign() {
      const { id } = campaign.useParams();
      return <CampaignScreen key={id} id={id} />;
    },
  });
  const journey = createRoute({
    getParentRoute: () => frame,
    path: "/journeys/$id",
    component: function Journey() {
      const { id } = journey.useParams();
      return <JourneyScreen key={id} id={id} />;
    },
  });
  const records = createRoute({
    getParentRoute: () => frame,
    path: "/records/$list",
    component: function Records() {
      const known = listNamed(records.useParams().list);
      return known === undefined ? <NotFound /> : <RecordsScreen key={known.name} list={known} />;
    },
  });
  return createRouter({
    routeTree: root.addChildren([signIn, frame.addChildren([start, report, campaign, journey, records])]),
    basepath: BASE,
    parseSearch,
    stringifySearch: (search) => printSearch(search),
    scrollRestoration: true,
    ...(history === undefined ? {} : { history }),
  });
}

type Router = ReturnType<typeof routerFor>;

function Root() {
  return <Outlet />;
}

/** Follows links to screens within the page: clicks that are not meant for a new tab or window. */
export function useLinks(router: Router): void {
  useEffect(() => {
    const follow = (event: MouseEvent) => {
      const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
      const link = event.target instanceof Element ? event.target.closest("a") : null;
      const href = link?.getAttribute("href") ?? "";
      if (plain && !event.defaultPrevented && href.startsWith(`${BASE}/`)) {
        event.preventDefault();
        router.history.push(href);
      }
    };
    document.addEventListener("click", follow);
    return () => document.removeEventListener("click", follow);
  }, [router]);
}

function NotFound() {
  const { text } = useFormat();
  return (
    <div className="empty">
      <h1 className="empty-title">{text("app.notFound")}</h1>
      <p>
        <a href={hrefOf("/funnel")}>{text("app.home")}</a>
      </p>
    </div>
  );
}
