import { GraphiQL } from "graphiql";
import "graphiql/style.css";
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
        shouldPersistHeaders
      >
        <GraphiQL.Logo>
          <></>
        </GraphiQL.Logo>
      </GraphiQL>
    </>
  );
}

const isFirst = isFirstVisit();
if (isFirst) rememberFirstTab(TABS[0]);
createRoot(document.getElementById("kiosque")!).render(<Page />);
if (isFirst) openPanel(EXAMPLES_PLUGIN.title);
