import { Kind, parse } from "graphql";
import { endpoint } from "./config";
import { fillPlaceholders } from "./placeholders";
import { changeSession, currentSession, sessionHeaders } from "./session";
import type { PendingUpload } from "./upload";

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
  try {
    const variables = await fillPlaceholders(declaredVariables(question));
    const answer = await ask({ ...question, variables }, options?.headers);
    remember(answer);
    return answer;
  } catch (problem) {
    return { errors: [{ message: inWords(problem) }] };
  }
}

/** Keep ids and version numbers of what a mutation answered, for the `{{last:…}}` placeholders. */
export function remember(answer: Answer): void {
  const things = Object.values(answer.data ?? {}).flatMap((payload) => Object.entries(payload ?? {}));
  const last = { ...currentSession().last };
  for (const [name, thing] of things) {
    if (!isIdentified(thing)) continue;
    last[name] = thing.id;
    if (name === "article" && typeof thing.version === "number") last.version = thing.version;
    if (name === "upload" && "fields" in thing) changeSession({ waiting: thing as PendingUpload });
  }
  changeSession({ last });
}

function isIdentified(thing: unknown): thing is { id: string; version?: unknown } {
  return typeof thing === "object" && thing !== null && "id" in thing && typeof thing.id === "string";
}

/** The variables that the chosen operation declares; the others of the tab belong to its sister operations. */
function declaredVariables({ query, operationName, variables }: Question): Record<string, unknown> | undefined {
  if (!variables) return undefined;
  const names = namesDeclared(query, operationName);
  return names && Object.fromEntries(Object.entries(variables).filter(([name]) => names.has(name)));
}

function namesDeclared(query: string, operationName: string | null | undefined): Set<string> | undefined {
  const operations = parse(query).definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const chosen = operations.find(({ name }) => !operationName || name?.value === operationName);
  return chosen && new Set(chosen.variableDefinitions?.map(({ variable }) => variable.name.value));
}

function inWords(problem: unknown): string {
  return problem instanceof Error ? problem.message : String(problem);
}

async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return { errors: [{ message: `The server answered ${response.status}, and not with JSON: ${text.slice(0, 200)}` }] };
  }
}
