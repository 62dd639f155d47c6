import type { GraphiQLPlugin } from "@graphiql/react";
import { useState, type FormEvent } from "react";
import { config, type Sample } from "./config";
import { changeSession, useSession } from "./session";
import { sendBytes, uploadFile, type PendingUpload, type UploadedAsset, type Words } from "./upload";

export const UPLOAD_PLUGIN: GraphiQLPlugin = { title: "Upload a file", icon: UploadIcon, content: UploadPanel };

interface Progress {
  step: string;
  isBusy: boolean;
  asset?: UploadedAsset;
  problem?: string;
}

const IDLE: Progress = { step: "", isBusy: false };

function UploadPanel() {
  const [progress, setProgress] = useState(IDLE);
  const [file, setFile] = useState<File | null>(null);
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const words = wordsOf(event.currentTarget);
    if (file) setProgress(await uploaded(file, words, (step) => setProgress({ step, isBusy: true })));
  };
  return (
    <div className="kiosque-panel">
      <h2>Upload a file</h2>
      <p>
        The picture goes straight to the store with a presigned request; then Kiosque checks it. These are the three steps of the
        example “Upload an image”, done for you.
      </p>
      <form onSubmit={send}>
        <FileChoice file={file} choose={setFile} />
        <TextField name="alt" label="What the picture shows, for those who cannot see it" />
        <TextField name="caption" label="Caption" />
        <TextField name="credit" label="Credit" />
        <button type="submit" className="kiosque-main" disabled={!file || progress.isBusy}>
          Upload
        </button>
      </form>
      <WaitingUpload file={file} report={setProgress} />
      <Outcome {...progress} />
    </div>
  );
}

/** Somebody ran CreateUpload in a tab: the middle step, which is not a GraphQL operation, can be done here. */
function WaitingUpload({ file, report }: { file: File | null; report: (progress: Progress) => void }) {
  const { waiting } = useSession();
  if (!waiting) return null;
  return (
    <section>
      <p>The upload that you made in a tab waits for its bytes. Choose the file above and send it; then run CompleteUpload.</p>
      <button type="button" disabled={!file} onClick={async () => report(await sent(waiting, file!))}>
        Send only the bytes
      </button>
    </section>
  );
}

function FileChoice({ file, choose }: { file: File | null; choose: (file: File | null) => void }) {
  return (
    <fieldset>
      <input type="file" accept="image/*" aria-label="Picture" onChange={(event) => choose(event.target.files?.[0] ?? null)} />
      {config.sample && (
        <button type="button" onClick={() => choose(sampleFile(config.sample!))}>
          Take the sample picture
        </button>
      )}
      <output>{file ? `${file.name}: ${file.size.toLocaleString("en")} bytes, ${file.type || "unknown type"}` : "No file chosen yet"}</output>
    </fieldset>
  );
}

function TextField({ name, label }: { name: keyof Words; label: string }) {
  return (
    <label>
      {label}
      <input name={name} autoComplete="off" />
    </label>
  );
}

function Outcome({ step, problem, asset }: Progress) {
  if (problem) return <p role="alert">{problem}</p>;
  if (!asset) return <p role="status">{step}</p>;
  return (
    <div role="status">
      <img src={asset.url} alt="The picture as Kiosque serves it" />
      <p>
        Uploaded, {asset.width} × {asset.height}. Its id, which <code>{"{{last:asset}}"}</code> now stands for:
      </p>
      <code className="kiosque-id">{asset.id}</code>
      <button type="button" onClick={() => void navigator.clipboard.writeText(asset.id)}>
        Copy
      </button>
    </div>
  );
}

async function uploaded(file: File, words: Words, report: (step: string) => void): Promise<Progress> {
  try {
    return { ...IDLE, asset: await uploadFile(file, words, report) };
  } catch (problem) {
    return failed(problem);
  }
}

async function sent(upload: PendingUpload, file: File): Promise<Progress> {
  try {
    await sendBytes(upload, file);
    changeSession({ waiting: null });
    return { ...IDLE, step: "The bytes are in the store. Now run CompleteUpload." };
  } catch (problem) {
    return failed(problem);
  }
}

function failed(problem: unknown): Progress {
  return { ...IDLE, problem: problem instanceof Error ? problem.message : String(problem) };
}

function wordsOf(form: HTMLFormElement): Words {
  const given = new FormData(form);
  const text = (name: keyof Words) => String(given.get(name) ?? "");
  return { alt: text("alt"), caption: text("caption"), credit: text("credit") };
}

function sampleFile({ filename, type, content }: Sample): File {
  const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
  return new File([bytes], filename, { type });
}

function UploadIcon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
      <path d="M12 16V4m0 0L7 9m5-5 5 5M4 16v4h16v-4" />
    </svg>
  );
}
