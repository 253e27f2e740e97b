// Takes the README's picture of the consent page: `node scripts/screenshot-consent.mjs`, after `npm run build`.
import { join } from "node:path";
import { chromium } from "@playwright/test";
import {
  addApp,
  addOrganization,
  addPerson,
  addProject,
  authorizeUrl,
  REDIRECT_URI,
  signInBrowser,
} from "../server/test/browser/people.ts";
import { startParlance } from "../server/test/browser/programs.ts";
import { provideChromium } from "./chromium.mjs";
import { ROOT } from "./project.mjs";

const PICTURE = join(ROOT, "docs", "images", "consent.png");
const MARGIN = 32;

const parlance = await startParlance();
const browser = await chromium.launch({
  executablePath: await provideChromium(),
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
});
try {
  const page = await openConsent();
  const card = await page.getByRole("main").boundingBox();
  const clip = {
    x: card.x - MARGIN,
    y: card.y - MARGIN,
    width: card.width + 2 * MARGIN,
    height: card.height + 2 * MARGIN,
  };
  await page.screenshot({ path: PICTURE, clip });
  console.log(PICTURE);
} finally {
  await browser.close();
  await parlance.stop();
}

async function openConsent() {
  const owner = await addPerson(parlance, "Sample owner", "owner@example.com");
  const organization = await addOrganization(owner, "Sample");
  await addProject(owner, organization.id, "Website", "website");
  const scopes = ["projects:read", "keys:write", "translations:publish"];
  const app = await addApp(owner, organization.id, {
    name: "Example partner",
    redirectUris: [REDIRECT_URI],
    scopes,
  });
  // Higher than the page, so that the bar with the buttons stands below the permissions instead of over them.
  const context = await browser.newContext({
    viewport: { width: 640, height: 1600 },
    deviceScaleFactor: 2,
    colorScheme: "light",
    reducedMotion: "reduce",
  });
  await signInBrowser(context, owner);
  const page = await context.newPage();
  await page.goto(parlance.url + authorizeUrl(app));
  await page.getByRole("switch", { name: /^Publish translations/ }).waitFor();
  await page.evaluate(() => document.fonts.ready);
  return page;
}
