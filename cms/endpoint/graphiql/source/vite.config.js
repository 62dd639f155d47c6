import { defineConfig } from "vite";
import { licenses } from "./licenses.js";

/** GraphiQL's style brings two typefaces as 350 kB of base64; the reader's own system fonts do as well. */
const withoutEmbeddedFonts = {
  name: "without-embedded-fonts",
  enforce: "pre",
  transform(code, id) {
    return id.split("?")[0].endsWith(".css") ? { code: code.replace(/@font-face\s*\{[^}]*\}/g, ""), map: null } : null;
  },
};

/** An error message of the library names a package registry's site, which has no business in a newsroom's server. */
const withoutRegistryNames = {
  name: "without-registry-names",
  enforce: "pre",
  transform(code, id) {
    const text = code.replace(/https:\/\/\w+\.com\/en\/docs\/selective-version-resolutions/, "");
    return id.includes("node_modules/graphql/") && text !== code ? { code: text, map: null } : null;
  },
};

/** The page is at /graphql and its files in /graphiql beside it: relative addresses hold behind any prefix. */
const filesBesideThePage = {
  name: "files-beside-the-page",
  enforce: "post",
  transformIndexHtml: (html) => html.replaceAll('="./', '="graphiql/'),
};

export default defineConfig({
  base: "./",
  plugins: [withoutEmbeddedFonts, withoutRegistryNames, filesBesideThePage, licenses("LICENSES.txt")],
  build: {
    outDir: "../static",
    emptyOutDir: true,
    assetsDir: ".",
    assetsInlineLimit: 0,
    target: "es2022",
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      output: { codeSplitting: false },
      onLog(level, log, print) {
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") print(level, log);
      },
    },
  },
});
