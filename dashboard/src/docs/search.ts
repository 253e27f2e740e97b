/** What `/docs/search.json?q=…` answers for each section it found. */
interface Found {
  href: string;
  guide: string;
  heading: string | null;
  excerpt: string;
}

/** Whoever types is not asked about between two keys. */
const PAUSE_MS = 120;

/**
 * Results below the field while one types: a list of links. `/` goes to the field, arrows go through the list, Escape closes
 * it. Enter sends the form, as without a script.
 */
export function searchWhileTyping(): void {
  const form = document.querySelector<HTMLFormElement>(".search form");
  const field = form?.querySelector<HTMLInputElement>("input");
  if (!form || !field) return;
  const panel = newPanel();
  form.append(panel.box);

  let timer: number | undefined;
  let asked = 0;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void look(), PAUSE_MS);
  });
  async function look(): Promise<void> {
    const query = field?.value.trim() ?? "";
    const turn = ++asked;
    const found = query ? await ask(query) : [];
    // A later query was answered already, or the field was left.
    if (turn === asked) panel.show(query, found);
  }

  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      // The first one closes the list, the next one empties the field, as the browser does it.
      if (!panel.box.hidden) event.preventDefault();
      asked++;
      panel.hide();
      field.focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const stops = [field, ...panel.box.querySelectorAll("a")];
      const at = stops.indexOf(document.activeElement as HTMLInputElement);
      const next = stops[at + (event.key === "ArrowDown" ? 1 : -1)];
      if (panel.box.hidden || !next) return;
      event.preventDefault();
      next.focus();
    }
  });
  form.addEventListener("focusout", ({ relatedTarget }) => {
    if (!form.contains(relatedTarget as Node | null)) panel.hide();
  });
  // A link to a heading of this very page changes nothing else.
  panel.box.addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest("a")) panel.hide();
  });
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target instanceof HTMLInputElement;
    if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
}

/** What was found; null when the server did not answer: Enter then shows why. */
async function ask(query: string): Promise<Found[] | null> {
  try {
    const response = await fetch(`/docs/search.json?q=${encodeURIComponent(query)}`);
    if (!response.ok) return null;
    return ((await response.json()) as { found: Found[] }).found;
  } catch {
    return null;
  }
}

function newPanel() {
  const box = element("div", "results");
  const status = element("p", "status");
  status.role = "status";
  const list = document.createElement("ul");
  box.append(status, list);
  box.hidden = true;
  return {
    box,
    hide() {
      box.hidden = true;
    },
    show(query: string, found: Found[] | null) {
      list.replaceChildren(...(found ?? []).map(row));
      box.hidden = query === "";
      status.textContent = !found ? "No answer. Press Enter to try again." : counted(found.length);
    },
  };
}

function counted(count: number): string {
  return count === 0 ? "Nothing found" : count === 1 ? "1 section" : `${count} sections`;
}

function row({ href, guide, heading, excerpt }: Found): HTMLElement {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = href;
  const title = element("strong", "", heading ?? guide);
  link.append(title);
  if (heading) link.append(" ", element("span", "quiet", guide));
  link.append(element("span", "excerpt", excerpt));
  item.append(link);
  return item;
}

function element(name: string, className: string, words = ""): HTMLElement {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = words;
  return made;
}
