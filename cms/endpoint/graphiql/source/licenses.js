import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const PACKAGE_FOLDER = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/;

/** Write the licence of every package that ends up in the bundle to one file beside it. */
export function licenses(fileName) {
  return {
    name: "licenses",
    generateBundle() {
      const folders = new Set([...this.getModuleIds()].map(packageFolder).filter(Boolean));
      const entries = [...folders].map(licenceEntry).sort((one, other) => one.localeCompare(other));
      this.emitFile({ type: "asset", fileName, source: [...new Set(entries)].join(`\n${"=".repeat(80)}\n\n`) });
    },
  };
}

function packageFolder(moduleId) {
  return PACKAGE_FOLDER.exec(moduleId.replace(/^\0/, "").split("?")[0])?.[1];
}

function licenceEntry(folder) {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const holder = typeof author === "string" ? author : author?.name;
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
  const missing = "The package carries no copy of its licence; the other packages here show its text.";
  const texts = files.map((file) => readFileSync(join(folder, file), "utf8").trim());
  const heading = [`${name} ${version}`, `Licence: ${license ?? "see below"}`, holder && `Author: ${holder}`];
  return `${heading.filter(Boolean).join("\n")}\n\n${texts.join("\n\n") || missing}\n`;
}
