import { ask } from "./request";
import { currentSession } from "./session";

/*
 * A variable may hold a placeholder instead of an id that nobody knows by heart:
 *   {{article:SLUG}} {{author:SLUG}} {{tag:SLUG}} {{section:SLUG}}   the id
 *   {{version:SLUG}}                                                 the article's version number, to send as expectedVersion
 *   {{last:article}} {{last:version}} {{last:asset}} …               of the last mutation's answer in this browser tab
 * They are filled when the operation is sent. The editors of the page keep the placeholder.
 */
const PLACEHOLDER = /\{\{(article|author|tag|section|version|last):([^{}\s]+)\}\}/g;

type Value = string | number;

/** Fill the placeholders at any depth. Raises an error that names what was not found. */
export async function fillPlaceholders<Variables extends object | undefined>(variables: Variables): Promise<Variables> {
  if (!variables) return variables;
  const entries = Object.entries(variables).map(async ([name, value]) => [name, await fill(value)]);
  return Object.fromEntries(await Promise.all(entries));
}

async function fill(value: unknown): Promise<unknown> {
  if (typeof value === "string") return fillText(value);
  if (Array.isArray(value)) return Promise.all(value.map(fill));
  if (typeof value !== "object" || value === null) return value;
  return fillPlaceholders(value);
}

/** A text that is one placeholder becomes its value (a version is a number); within a text it becomes part of it. */
async function fillText(text: string): Promise<Value> {
  const found = await Promise.all([...text.matchAll(PLACEHOLDER)].map(async (match) => [match[0], await look(match[1]!, match[2]!)] as const));
  if (found.length === 1 && found[0]![0] === text) return found[0]![1];
  return found.reduce((filled, [placeholder, value]) => filled.replaceAll(placeholder, String(value)), text);
}

function look(kind: string, name: string): Value | Promise<Value> {
  if (kind === "last") return lastAnswered(name);
  return kind === "version" ? lookUp("article", name, "version") : lookUp(kind, name, "id");
}

async function lookUp(type: string, slug: string, field: "id" | "version"): Promise<Value> {
  const query = `query LookUp($slug: String!) { found: ${type}(slug: $slug) { ${field} } }`;
  // A version number is the draft's, whichever side the person looks at; without a token there is only one side.
  const headers: Record<string, string> = currentSession().token ? { "X-Perspective": "draft" } : {};
  const answer = await ask({ query, variables: { slug } }, headers);
  const value = answer.data?.found?.[field];
  if (value === undefined || value === null) throw new Error(notFound(type, slug, answer.errors?.[0]?.message));
  return value;
}

function notFound(type: string, slug: string, reason = "there is none, or your token may not see it"): string {
  return `{{${type}:${slug}}} stands for the ${type} "${slug}": ${reason}.`;
}

async function lastAnswered(name: string): Promise<Value> {
  const value = currentSession().last[name] ?? (name === "asset" ? await anyAsset() : undefined);
  if (value !== undefined) return value;
  throw new Error(`{{last:${name}}} stands for what a mutation of this page answered last: run the operation above it in this tab first.`);
}

/** Before anything was uploaded here, a picture of the library stands in. */
async function anyAsset(): Promise<string | undefined> {
  const answer = await ask({ query: "query AnyAsset { assets(first: 1) { nodes { id } } }" });
  return answer.data?.assets?.nodes?.[0]?.id;
}
