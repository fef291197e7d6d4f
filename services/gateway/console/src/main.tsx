import "@mantine/core/styles.css";
import "./styles.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { callsOver, transportFor } from "./api/calls";
import { sessionIn } from "./api/session";
import { routerFor } from "./router";

const root = document.getElementById("root");
if (root === null) {
  throw new Error("the page has no place for the console");
}
const session = sessionIn(window.sessionStorage, Date.now);
createRoot(root).render(
  <StrictMode>
    <App
      calls={callsOver(transportFor(session))}
      session={session}
      router={routerFor(session)}
      today={new Date()}
    />
  </StrictMode>,
);
