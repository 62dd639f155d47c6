import { endpoint } from "./config";
import { fillPlaceholders } from "./placeholders";
import { changeSession, currentSession, sessionHeaders } from "./session";

export interface Question {
  query: string;
  variables?: Record<string, unknown> | undefined;
  operationName?: string | null | undefined;
}

export interface Answer {
  data?: Record<string, any> | null;
  errors?: { message: string }[];
}

/** Ask Kiosque as the person of the top bar. Headers of the Headers editor win over those of the bar. */
export async function ask(question: Question, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      Accept: "application/graphql-response+json, application/json;q=0.9",
      "Content-Type": "application/json",
      ...sessionHeaders(currentSession()),
      ...headers,
    },
    body: JSON.stringify(question),
  });
  return readAnswer(response);
}

/** GraphiQL's way of asking: fill the placeholders first, and remember what was made. */
export async function askFromEditor(question: Question, options?: { headers?: Record<string, string> }): Promise<any> {
  const variables = await fillPlaceholders(question.variables, neededBy(question));
  const answer = await ask({ ...question, variables }, options?.headers);
  remember(answer);
  return answer;
}

/** Keep ids and version numbers of what a mutation answered, for the `{{last:…}}` placeholders. */
export function remember(answer: Answer): void {
  const found: Record<string, string | number> = {};
  for (const payload of Object.values(answer.data ?? {})) {
    for (const [name, thing] of Object.entries(payload ?? {})) {
      if (!isIdentified(thing)) continue;
      found[name] = thing.id;
      if (name === "article" && typeof thing.version === "number") found.version = thing.version;
    }
  }
  if (Object.keys(found).length > 0) changeSession({ last: { ...currentSession().last, ...found } });
}

function isIdentified(thing: unknown): thing is { id: string; version?: unknown } {
  return typeof thing === "object" && thing !== null && "id" in thing && typeof thing.id === "string";
}

/** The variables that the chosen operation declares; the others of the tab belong to its sister operations. */
function neededBy({ query, operationName }: Question): (name: string) => boolean {
  const start = operationName ? query.search(new RegExp(`\\b(query|mutation|subscription)\\s+${operationName}\\b`)) : 0;
  const declaration = query.slice(Math.max(start, 0)).split("{", 1)[0] ?? "";
  const names = new Set([...declaration.matchAll(/\$(\w+)/g)].map((match) => match[1]));
  return (name) => names.has(name);
}

async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return { errors: [{ message: `The server answered ${response.status}, and not with JSON: ${text.slice(0, 200)}` }] };
  }
}
