const KEY = "tributary.session";

/** Who is signed in, for as long as this tab is open. */
export interface SignedIn {
  token: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
  name: string;
  roles: string[];
}

export interface Session {
  current: () => SignedIn | undefined;
  begin: (signedIn: SignedIn) => void;
  end: () => void;
  /** Calls back on every change until the function that it returns is called. */
  follow: (changed: () => void) => () => void;
}

/** A session kept in `store`. One that is over counts as none. */
export function sessionIn(store: Storage, now: () => number): Session {
  const followers = new Set<() => void>();
  let known = read(store);
  const change = (signedIn: SignedIn | undefined) => {
    known = signedIn;
    if (signedIn === undefined) {
      store.removeItem(KEY);
    } else {
      store.setItem(KEY, JSON.stringify(signedIn));
    }
    for (const changed of followers) {
      changed();
    }
  };
  return {
    current: () => (known !== undefined && known.expiresAt > now() ? known : undefined),
    begin: change,
    end: () => change(undefined),
    follow: (changed) => {
      followers.add(changed);
      return () => followers.delete(changed);
    },
  };
}

function read(store: Storage): SignedIn | undefined {
  try {
    const kept: unknown = JSON.parse(store.getItem(KEY) ?? "null");
    return isSignedIn(kept) ? kept : undefined;
  } catch {
    return undefined;
  }
}

function isSignedIn(kept: unknown): kept is SignedIn {
  const fields = kept as Partial<SignedIn> | null;
  return typeof fields?.token === "string" && typeof fields.expiresAt === "number";
}
