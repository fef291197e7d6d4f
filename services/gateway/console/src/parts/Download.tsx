import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useConsole } from "./console";

/** Reads a file with the token of the session, which a plain link would not bear, and hands it to the browser. */
async function download(address: string, token: string): Promise<void> {
  const answer = await fetch(address, { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok) {
    const problem = (await answer.json()) as { error?: { message?: string } };
    throw new Error(problem.error?.message ?? answer.statusText);
  }
  const name = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") ?? "")?.[1];
  const url = URL.createObjectURL(await answer.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = name ?? "tributary.csv";
  link.click();
  URL.revokeObjectURL(url);
}

export function Download({ address }: { address: string }) {
  const { session, format } = useConsole();
  const file = useMutation({
    mutationFn: () => download(address, session.current()?.token ?? ""),
  });
  return (
    <div className="download">
      <Button variant="default" loading={file.isPending} onClick={() => file.mutate()}>
        {format.text("view.csv")}
      </Button>
      {file.error !== null && (
        <p role="alert" className="small">
          {format.text("state.failed")} {file.error.message}
        </p>
      )}
    </div>
  );
}
