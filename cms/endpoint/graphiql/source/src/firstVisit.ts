/*
 * GraphiQL keeps its state in localStorage under "graphiql:". Two things that its properties cannot say at the first visit are
 * said here: the variables of the first tab (it shows those of its storage), and which panel is open.
 */
const PREFIX = "graphiql:";

export function isFirstVisit(): boolean {
  return localStorage.getItem(`${PREFIX}tabState`) === null;
}

export function rememberFirstTab(tab: { query: string; variables: string } | undefined): void {
  if (!tab) return;
  localStorage.setItem(`${PREFIX}query`, tab.query);
  localStorage.setItem(`${PREFIX}variables`, tab.variables);
}

/** Press the panel's button in the side bar as soon as it is there. */
export function openPanel(title: string): void {
  const observer = new MutationObserver(press);
  observer.observe(document.body, { childList: true, subtree: true });
  function press(): void {
    const button = document.querySelector<HTMLButtonElement>(`button[aria-label="Show ${title}"]`);
    if (!button) return;
    observer.disconnect();
    button.click();
  }
}
