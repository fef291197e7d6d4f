import { timestampMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { Alert, Button, PasswordInput, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { LanguageChoice } from "../parts/choices";
import { useConsole } from "../parts/console";
import { Failed } from "../parts/states";
import { BASE, hrefOf, useView } from "../parts/view";

const START = hrefOf("/funnel");

/** Signs in, and goes on to where somebody wanted to be. */
export function SignInScreen() {
  const { calls, session, format } = useConsole();
  const { text } = format;
  const router = useRouter();
  const [search] = useView();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useMutation({
    mutationFn: () => calls.gateway.signIn({ email, password }),
    onSuccess: ({ token, expiresAt, staff }) => {
      session.begin({
        token,
        expiresAt: expiresAt === undefined ? Number.MAX_SAFE_INTEGER : timestampMs(expiresAt),
        name: staff?.name ?? "",
        roles: staff?.roles ?? [],
      });
      router.history.replace(inside(search.next));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  const wrong = signIn.error !== null && ConnectError.from(signIn.error).code === Code.Unauthenticated;
  return (
    <main className="sign-in">
      <title>{`${text("signIn.title")} · ${text("app.name")}`}</title>
      <h1>{text("app.name")}</h1>
      {search.ended !== undefined && <Alert color="yellow">{text("signIn.ended")}</Alert>}
      <form onSubmit={submit}>
        <h2>{text("signIn.title")}</h2>
        <TextInput
          type="email"
          label={text("signIn.email")}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          autoComplete="username"
          required
        />
        <PasswordInput
          label={text("signIn.password")}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="current-password"
          required
        />
        {wrong && (
          <Alert color="red" role="alert">
            {text("signIn.wrong")}
          </Alert>
        )}
        {signIn.error !== null && !wrong && <Failed error={signIn.error} retry={() => signIn.mutate()} />}
        <Button type="submit" loading={signIn.isPending}>
          {text("signIn.submit")}
        </Button>
      </form>
      <LanguageChoice />
    </main>
  );
}

/** An address of ours and no other, whoever wrote it. */
export function inside(next: string | undefined): string {
  if (next === undefined || !next.startsWith("/") || next.startsWith("//") || next.includes("\\")) {
    return START;
  }
  return `${BASE}${next}`;
}
