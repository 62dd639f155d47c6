import { useEditorContext, type GraphiQLPlugin } from "@graphiql/react";
import { flushSync } from "react-dom";
import { config, type Example } from "./config";

export const EXAMPLES_PLUGIN: GraphiQLPlugin = { title: "Examples", icon: ExamplesIcon, content: ExamplesPanel };

function ExamplesPanel() {
  const open = useOpenExample();
  return (
    <div className="kiosque-panel">
      <h2>Welcome</h2>
      <p>
        Everything in Kiosque is done with operations like these. Open one, read its first lines, press <b>▶</b>. Where a tab holds
        several operations, ▶ asks which; run them from top to bottom.
      </p>
      <p>
        Changes need a token: put yours in the bar above. <code>{"{{article:some-slug}}"}</code> in the variables is filled with the
        id when you press ▶, <code>{"{{version:some-slug}}"}</code> with the version number, and <code>{"{{last:article}}"}</code> with
        the article that you changed last.
      </p>
      <h2>Examples</h2>
      <ul>
        {config.examples.map((example) => (
          <li key={example.name}>
            <button type="button" onClick={() => open(example)}>
              {example.title}
            </button>
            <p>{example.explanation}</p>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Go to the tab that holds the example as it stands, or open it in a new one. */
function useOpenExample(): (example: Example) => void {
  const { tabs, addTab, changeTab, queryEditor, variableEditor } = useEditorContext({ nonNull: true });
  return ({ query, variables }) => {
    const index = tabs.findIndex((tab) => tab.query === query);
    if (index >= 0) return changeTab(index);
    flushSync(addTab);
    queryEditor?.setValue(query);
    variableEditor?.setValue(variables);
  };
}

function ExamplesIcon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round">
      <path d="M4 4h12v16H6a2 2 0 0 1-2-2V4Zm12 5h4v9a2 2 0 0 1-2 2h-2M7 8h6M7 12h6M7 16h4" />
    </svg>
  );
}
