import { ask, remember, type Answer } from "./request";

export interface PendingUpload {
  id: string;
  method: string;
  url: string;
  headers: { name: string; value: string }[];
  fields: { name: string; value: string }[];
}

export interface UploadedAsset {
  id: string;
  url: string;
  width: number;
  height: number;
}

export interface Words {
  alt: string;
  caption: string;
  credit: string;
}

const CREATE_UPLOAD = `mutation CreateUpload($input: CreateUploadInput!) {
  createUpload(input: $input) {
    upload { id method url headers { name value } fields { name value } expiresAt }
    errors { code message path }
  }
}`;

const COMPLETE_UPLOAD = `mutation CompleteUpload($input: CompleteUploadInput!) {
  completeUpload(input: $input) {
    asset { id url width height }
    errors { code message path }
  }
}`;

/** The three steps that every client takes: ask for a presigned request, send the bytes with it, have them checked. */
export async function uploadFile(file: File, words: Words, report: (step: string) => void): Promise<UploadedAsset> {
  report("Asking where to send it (createUpload)…");
  const upload = await createUpload(file);
  report("Sending the bytes straight to the store…");
  await sendBytes(upload, file);
  report("Having them checked (completeUpload)…");
  return completeUpload(upload.id, words);
}

/** Send the bytes with the presigned request: a form for POST, the bare bytes for PUT. */
export async function sendBytes(upload: PendingUpload, file: File): Promise<void> {
  const response = await fetch(upload.url, presigned(upload, file)).catch(() => {
    throw new Error(`The store at ${new URL(upload.url).origin} does not answer this page. \`cms doctor\` checks the store and its CORS rule.`);
  });
  if (!response.ok) throw new Error(`The store refused the file (${response.status}): ${plainText(await response.text())}`);
}

async function createUpload(file: File): Promise<PendingUpload> {
  const input = { filename: file.name, contentType: file.type, byteSize: file.size, sha256: await sha256(file) };
  return payload(await ask({ query: CREATE_UPLOAD, variables: { input } }), "createUpload").upload;
}

async function completeUpload(uploadId: string, words: Words): Promise<UploadedAsset> {
  const written = Object.fromEntries(Object.entries(words).filter(([, text]) => text.trim()));
  const answer = await ask({ query: COMPLETE_UPLOAD, variables: { input: { uploadId, ...written } } });
  const { asset } = payload(answer, "completeUpload");
  remember(answer);
  return asset;
}

function presigned({ method, headers, fields }: PendingUpload, file: File): RequestInit {
  const given = Object.fromEntries(headers.map(({ name, value }) => [name, value]));
  if (method === "PUT") return { method, headers: given, body: file };
  const form = new FormData();
  for (const { name, value } of fields) form.append(name, value);
  form.append("file", file);
  return { method: "POST", headers: given, body: form };
}

function payload(answer: Answer, field: string): any {
  const errors = answer.errors ?? answer.data?.[field]?.errors ?? [];
  if (errors.length > 0) throw new Error(errors.map(({ message }: { message: string }) => message).join(" "));
  return answer.data?.[field];
}

/** Browsers compute hashes on https and localhost only; elsewhere the server does without. */
async function sha256(file: File): Promise<string | undefined> {
  if (!globalThis.crypto?.subtle) return undefined;
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function plainText(xml: string): string {
  return xml.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").trim().slice(0, 300);
}
