import { Alert, Button, Skeleton } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import { failureOf } from "../api/failure";
import { useFormat } from "./console";

/** What is faster than this shows no skeleton. */
const PATIENCE_MS = 200;

interface Asked<Answer> {
  data: Answer | undefined;
  error: unknown;
  isFetching: boolean;
  refetch: () => unknown;
}

interface Props<Answer> {
  asked: Asked<Answer>;
  children: (answer: Answer) => ReactNode;
}

/** What an answer is while it is not there: nothing, a skeleton, or why not. */
export function Answered<Answer>({ asked, children }: Props<Answer>) {
  if (asked.error !== null && asked.error !== undefined) {
    return <Failed error={asked.error} retry={() => asked.refetch()} />;
  }
  if (asked.data === undefined) {
    return <Waiting />;
  }
  return <div aria-busy={asked.isFetching}>{children(asked.data)}</div>;
}

export function Waiting() {
  const { text } = useFormat();
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div role="status" aria-label={text("state.loading")} className="waiting">
      {late && ["first", "second", "third"].map((line) => <Skeleton key={line} height={36} mb="xs" />)}
    </div>
  );
}

export function Failed({ error, retry }: { error: unknown; retry: () => void }) {
  const { text } = useFormat();
  const { message, reason, trace } = failureOf(error);
  return (
    <Alert color="red" title={text("state.failed")} role="alert" className="failed">
      <p>{message}</p>
      <p className="small">
        {text("state.reason", { reason })}
        {trace !== "" && <> · {text("state.trace", { id: trace })}</>}
      </p>
      <Button color="red" variant="outline" onClick={retry}>
        {text("state.retry")}
      </Button>
    </Alert>
  );
}

/** Nothing is there: what would be, and what can be done. */
export function Empty({ title, purpose }: { title: string; purpose?: string }) {
  const { text } = useFormat();
  return (
    <div className="empty" role="status">
      <p className="empty-title">{title}</p>
      {purpose !== undefined && <p>{purpose}</p>}
      <p>{text("state.emptyHint")}</p>
      <p>{text("state.start")}</p>
    </div>
  );
}
