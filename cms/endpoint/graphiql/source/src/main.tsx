import { GraphiQL } from "graphiql";
import "graphiql/style.css";
import { parse, print } from "graphql";
import { createRoot } from "react-dom/client";
import { config } from "./config";
import { EXAMPLES_PLUGIN } from "./ExamplesPanel";
import { isFirstVisit, openPanel, rememberFirstTab } from "./firstVisit";
import { askFromEditor } from "./request";
import "./style.css";
import { TopBar } from "./TopBar";
import { UPLOAD_PLUGIN } from "./UploadPanel";

const PLUGINS = [EXAMPLES_PLUGIN, UPLOAD_PLUGIN];
const TABS = config.examples.filter(({ opens }) => opens).map(({ query, variables }) => ({ query, variables }));

function Page() {
  return (
    <>
      <TopBar />
      <GraphiQL
        fetcher={askFromEditor}
        plugins={PLUGINS}
        defaultTabs={TABS.length > 0 ? TABS : undefined}
        defaultEditorToolsVisibility="variables"
        inputValueDeprecation
        schemaDescription
        onPrettifyQuery={prettify}
      >
        <GraphiQL.Logo>
          <></>
        </GraphiQL.Logo>
      </GraphiQL>
    </>
  );
}

/** GraphiQL's own drops every comment; the explanation at the top stays. */
function prettify(query: string): string {
  const explanation = /^(?:#.*\n)*/.exec(query)?.[0] ?? "";
  return explanation + print(parse(query));
}

const isFirst = isFirstVisit();
if (isFirst) rememberFirstTab(TABS[0]);
createRoot(document.getElementById("kiosque")!).render(<Page />);
if (isFirst) openPanel(EXAMPLES_PLUGIN.title);
