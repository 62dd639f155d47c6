import { useSyncExternalStore } from "react";
import type { PendingUpload } from "./upload";

export type Perspective = "published" | "draft";

/** Who asks, from which side, what the API answered last, and the upload that waits for its bytes. It lives as long as the browser tab. */
export interface Session {
  token: string;
  perspective: Perspective;
  last: Record<string, string | number>;
  waiting: PendingUpload | null;
}

const STORAGE_KEY = "kiosque:session";
const listeners = new Set<() => void>();
let session = tokenFromAddress(readStored());

export function currentSession(): Session {
  return session;
}

export function changeSession(change: Partial<Session>): void {
  session = { ...session, ...change };
  sessionStorage.setItem(STORAGE_KEY, JSON.stringify(session));
  for (const listener of listeners) listener();
}

export function useSession(): Session {
  return useSyncExternalStore(subscribe, currentSession);
}

/** The headers that Kiosque reads the actor and the perspective from. */
export function sessionHeaders({ token, perspective }: Session): Record<string, string> {
  return { "X-Perspective": perspective, ...(token && { Authorization: `Bearer ${token}` }) };
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function readStored(): Session {
  const empty: Session = { token: "", perspective: "published", last: {}, waiting: null };
  try {
    return { ...empty, ...JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? "{}") };
  } catch {
    return empty;
  }
}

/** `/graphql#token=…` signs in. What follows `#` never reaches a server, and it is taken off the address at once. */
function tokenFromAddress(stored: Session): Session {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!token) return stored;
  history.replaceState(null, "", location.pathname + location.search);
  const signedIn = { ...stored, token };
  sessionStorage.setItem(STORAGE_KEY, JSON.stringify(signedIn));
  return signedIn;
}
