import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Outlet, useLocation, useRouter } from "@tanstack/react-router";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { LanguageChoice, ThemeChoice } from "../parts/choices";
import { useConsole, useFormat } from "../parts/console";
import { hrefOf } from "../parts/view";
import { SECTIONS } from "../reports";

/** What is around every screen: sections, who is signed in, language and colours. */
export function Frame() {
  const { session, format } = useConsole();
  const { text } = format;
  const signedIn = useSyncExternalStore(session.follow, session.current);
  const leave = useLeaving(signedIn?.expiresAt);
  const path = useLocation({ select: (location) => location.pathname });
  const [open, setOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  const shownPath = useRef(path);
  useEffect(() => {
    if (shownPath.current !== path) {
      shownPath.current = path;
      setOpen(false);
      // What was clicked is gone: reading goes on where the new screen begins.
      main.current?.focus({ preventScroll: true });
    }
  }, [path]);
  return (
    <div className="frame">
      <a href="#figures" className="skip">
        {text("app.skip")}
      </a>
      <header className="bar">
        <button
          type="button"
          className="menu"
          aria-expanded={open}
          aria-controls="sections"
          onClick={() => setOpen(!open)}
        >
          {text("app.menu")}
        </button>
        <a href={hrefOf("/funnel")} className="brand">
          {text("app.name")}
        </a>
        <div className="who">
          <span>
            {signedIn !== undefined &&
              text("app.signedIn", {
                name: signedIn.name,
                roles: signedIn.roles.map(format.code).join(", "),
              })}
          </span>
          <Button variant="default" size="xs" onClick={leave}>
            {text("app.signOut")}
          </Button>
        </div>
      </header>
      <aside id="sections" aria-label={text("app.menu")} className={open ? "side open" : "side"}>
        <Sections path={path} />
        <LanguageChoice />
        <ThemeChoice />
        <p className="small">{text("app.utc")}</p>
      </aside>
      <main id="figures" ref={main} tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}

function Sections({ path }: { path: string }) {
  const { text } = useFormat();
  return (
    <nav aria-label={text("app.sections")}>
      <ul>
        {SECTIONS.map(({ name, reports }) => {
          const here = reports.some((report) => path === `/${report}` || path.startsWith(`/${report}/`));
          return (
            <li key={name}>
              <a href={hrefOf(`/${reports[0]}`)} aria-current={here ? "page" : undefined}>
                {text(`section.${name}`)}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

/** Sends whoever is not signed in any more to do so, and back here after. Returns how to leave on purpose. */
function useLeaving(expiresAt: number | undefined): () => void {
  const { session } = useConsole();
  const router = useRouter();
  const kept = useQueryClient();
  const onPurpose = useRef(false);
  useEffect(() => {
    const { pathname, searchStr } = router.state.location;
    if (expiresAt === undefined) {
      kept.clear();
      const back = { next: pathname + searchStr, ended: "1" };
      router.history.push(hrefOf("/sign-in", onPurpose.current ? {} : back));
      return;
    }
    const timer = setTimeout(session.end, Math.min(expiresAt - Date.now(), MOST_TIMER_MS));
    return () => clearTimeout(timer);
  }, [expiresAt, kept, router, session]);
  return () => {
    onPurpose.current = true;
    session.end();
  };
}

/** Timers that are longer go off at once. */
const MOST_TIMER_MS = 2 ** 31 - 1;
