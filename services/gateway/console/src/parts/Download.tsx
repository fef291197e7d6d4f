import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { failureOf } from "../api/failure";
import type { Session } from "../api/session";
import { useFormat } from "./console";

/** A file as it is handed to the browser. */
export interface Written {
  name: string;
  content: Blob;
}

/** Reads a file with the token of the session, which a plain link would not bear. */
export async function served(address: string, session: Session): Promise<Written> {
  const token = session.current()?.token ?? "";
  const answer = await fetch(address, { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok) {
    const problem = (await answer.json()) as { error?: { message?: string } };
    throw new Error(problem.error?.message ?? answer.statusText);
  }
  const name = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") ?? "")?.[1];
  return { name: name ?? "tributary.csv", content: await answer.blob() };
}

/** A text as a file, with the mark by which spreadsheets know UTF-8. */
export function textFile(name: string, text: string): Written {
  return { name, content: new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" }) };
}

function hand({ name, content }: Written): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

export function Download({ file }: { file: () => Promise<Written> }) {
  const { text } = useFormat();
  const asked = useMutation({ mutationFn: file, onSuccess: hand });
  return (
    <div className="download">
      <Button variant="default" loading={asked.isPending} onClick={() => asked.mutate()}>
        {text("view.csv")}
      </Button>
      {asked.error !== null && (
        <p role="alert" className="small">
          {text("state.failed")} {failureOf(asked.error).message}
        </p>
      )}
    </div>
  );
}
