import { useEffect, useState } from "react";
import { ask } from "./request";
import { changeSession, useSession, type Perspective } from "./session";

/** Who asks and from which side: the two things that an editor sets once for every tab. */
export function TopBar() {
  return (
    <header className="kiosque-bar">
      <strong className="kiosque-name">Kiosque</strong>
      <PerspectiveChoice />
      <TokenField />
      <Viewer />
    </header>
  );
}

function PerspectiveChoice() {
  const { perspective } = useSession();
  return (
    <label title="Which side of every article the answer shows. Drafts need a token that may see them.">
      Perspective
      <select value={perspective} onChange={(event) => changeSession({ perspective: event.target.value as Perspective })}>
        <option value="published">published</option>
        <option value="draft">draft</option>
      </select>
    </label>
  );
}

function TokenField() {
  const { token } = useSession();
  const [isShown, setShown] = useState(false);
  return (
    <label title="Sent as “Authorization: Bearer …” with every request, and kept until this browser tab is closed.">
      Token
      <input
        type={isShown ? "text" : "password"}
        value={token}
        placeholder="none: you see what the public sees"
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => changeSession({ token: event.target.value.trim() })}
      />
      <button type="button" aria-pressed={isShown} onClick={() => setShown(!isShown)}>
        {isShown ? "Hide" : "Show"}
      </button>
    </label>
  );
}

function Viewer() {
  const { token } = useSession();
  const [words, setWords] = useState("");
  useEffect(() => {
    let isCurrent = true;
    const timer = setTimeout(() => void describeViewer(token).then((found) => isCurrent && setWords(found)), 300);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [token]);
  return <output className="kiosque-viewer">{words}</output>;
}

async function describeViewer(token: string): Promise<string> {
  if (!token) return "You are a reader";
  const answer = await ask({ query: "query Viewer { viewer { name role } }" }, { "X-Perspective": "published" }).catch(() => null);
  if (!answer) return "Kiosque does not answer";
  const viewer = answer.data?.viewer;
  if (!viewer) return answer.errors?.[0]?.message ?? "This token is not accepted";
  return `You are ${viewer.name} (${String(viewer.role).toLowerCase()})`;
}
