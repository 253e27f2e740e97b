/** The button says that it worked for so long. */
const SAID_MS = 2_000;

/** A button at each block of code. Only where the browser lets a page write to the clipboard: HTTPS and this computer. */
export function addCopyButtons(): void {
  if (!navigator.clipboard) return;
  for (const block of document.querySelectorAll<HTMLElement>("figure.code")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.addEventListener("click", () => void copy(block, button));
    block.append(button);
  }
}

async function copy(block: HTMLElement, button: HTMLButtonElement): Promise<void> {
  const code = block.querySelector("code")?.textContent ?? "";
  const copied = await navigator.clipboard.writeText(code).then(
    () => true,
    () => false,
  );
  button.textContent = copied ? "Copied" : "Not allowed";
  say(copied ? "Copied" : "The browser did not let the page copy.");
  setTimeout(() => {
    button.textContent = "Copy";
  }, SAID_MS);
}

/** For those who hear the page. */
function say(words: string): void {
  const region = document.querySelector("#said") ?? document.body.appendChild(newRegion());
  region.textContent = words;
}

function newRegion(): HTMLElement {
  const region = document.createElement("div");
  region.id = "said";
  region.className = "unseen";
  region.role = "status";
  return region;
}
