/** What the server writes into the page: see page.py. */
export interface Config {
  endpoint: string;
  examples: Example[];
  sample: Sample | null;
}

/** One document of schema/operations. */
export interface Example {
  name: string;
  title: string;
  explanation: string;
  query: string;
  variables: string;
  opens: boolean;
}

/** A small picture to try an upload with, as base64. */
export interface Sample {
  filename: string;
  type: string;
  content: string;
}

export const config: Config = JSON.parse(document.getElementById("kiosque-config")?.textContent ?? "{}");

/** Relative to the page, so that it holds behind any prefix. */
export const endpoint = new URL(config.endpoint, document.baseURI).href;
