import { Code, ConnectError } from "@connectrpc/connect";
import { createTheme, MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useState } from "react";
import type { Calls } from "./api/calls";
import type { Session } from "./api/session";
import { ConsoleProvider } from "./parts/console";
import { type routerFor, useLinks } from "./router";

/** Answers are looked at again without being asked anew for so long. */
const FRESH_MS = 30_000;

const theme = createTheme({
  fontFamily: "system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, monospace",
  primaryColor: "cyan",
  primaryShade: { light: 9, dark: 5 },
  autoContrast: true,
});

interface Props {
  calls: Calls;
  session: Session;
  router: ReturnType<typeof routerFor>;
  today: Date;
}

export function App({ calls, session, router, today }: Props) {
  const [queries] = useState(
    () =>
      new QueryClient({
        defaultOptions: {
          queries: { staleTime: FRESH_MS, refetchOnWindowFocus: false, retry: isWorthIt, retryDelay: 500 },
        },
      }),
  );
  useLinks(router);
  return (
    // Styles come from files alone, so that the policy of the page need not allow any others.
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      withCssVariables={false}
      withStaticClasses={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={queries}>
        <ConsoleProvider calls={calls} session={session} today={today}>
          <RouterProvider router={router} />
        </ConsoleProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}

/** Once more, when a service was not there. */
function isWorthIt(failures: number, error: unknown): boolean {
  return failures < 1 && ConnectError.from(error).code === Code.Unavailable;
}
