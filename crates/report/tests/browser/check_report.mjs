// Opens written reports in a browser and checks what a reader needs from them.
//
//   npm ci --ignore-scripts
//   node check_report.mjs [--screenshots FOLDER] FILE.html ...
//
// A page fails on a console error, on a request for anything but itself, on a violation of WCAG
// 2.1 A or AA that axe finds, on a link within the page that leads nowhere, on an id that is
// there twice, on a PDF without pages, and on a page that scrolls sideways on a phone. The network is
// blocked throughout. The browser is that of the variable CHROMIUM, or /usr/bin/chromium.

import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];
const SCHEMES = ["light", "dark"];
const DESK = { width: 1280, height: 900 };
const PHONE = { width: 360, height: 740, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

/** Command line: files to check, and where screenshots go. */
function readArguments(words) {
  const files = [];
  let screenshots = null;
  for (let index = 0; index < words.length; index += 1) {
    if (words[index] === "--screenshots") {
      index += 1;
      screenshots = words[index] ?? null;
    } else {
      files.push(words[index]);
    }
  }
  return { files, screenshots };
}

/** Opens a file with everything else blocked; faults are collected as they happen. */
async function openPage(browser, url, faults) {
  const page = await browser.newPage();
  await page.setOfflineMode(true);
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    if (request.url() === url) {
      request.continue();
    } else {
      faults.push(`asks for ${request.url()}`);
      request.abort();
    }
  });
  page.on("console", (message) => {
    if (["error", "warn"].includes(message.type())) {
      faults.push(`console ${message.type()}: ${message.text()}`);
    }
  });
  page.on("pageerror", (error) => faults.push(`script error: ${error}`));
  page.on("dialog", (dialog) => {
    faults.push(`opens a dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  await page.setViewport(DESK);
  await page.goto(url, { waitUntil: "load" });
  return page;
}

/** Violations that axe finds, one line each with the places. */
async function axeFaults(page, where) {
  await page.evaluate(AXE);
  const found = await page.evaluate(
    async (rules) => {
      const result = await axe.run(document, { runOnly: { type: "tag", values: rules } });
      const shown = ({ id, help, nodes }) => ({
        id,
        help,
        places: nodes.slice(0, 3).map((node) => `${node.target.join(" ")}: ${node.failureSummary}`),
      });
      return { violations: result.violations.map(shown), passes: result.passes.length };
    },
    RULES,
  );
  if (found.passes === 0) {
    return [`axe (${where}): no rule was applied, so nothing was checked`];
  }
  return found.violations.map(
    ({ id, help, places }) => `axe (${where}): ${id}, ${help}\n    ${places.join("\n    ")}`,
  );
}

/** Links within the page that lead nowhere, and ids that are there twice. */
async function linkFaults(page) {
  return page.evaluate(() => {
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
    const links = [...document.querySelectorAll("a[href]")].map((link) => link.getAttribute("href"));
    const lost = links.filter((link) => !link.startsWith("#") || !ids.includes(link.slice(1)));
    return [
      ...twice.map((id) => `id ${id} is there twice`),
      ...lost.map((link) => `link ${link} leads nowhere within the page`),
    ];
  });
}

/** Prints the page; the number of pages, or a fault. */
async function printedPages(page) {
  const bytes = Buffer.from(await page.pdf({ preferCSSPageSize: true, printBackground: false }));
  const pages = bytes.toString("latin1").match(/\/Type\s*\/Page(?![s\w])/g) ?? [];
  return { byteCount: bytes.length, pageCount: pages.length };
}

/** What sticks out of the page at the width of a phone. */
async function phoneFaults(page) {
  await page.setViewport(PHONE);
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) {
      return [];
    }
    const isInsideScroll = (element) => element.parentElement?.closest(".scroll") != null;
    const wide = [...document.body.querySelectorAll("*")]
      .filter((element) => !isInsideScroll(element))
      .filter((element) => element.getBoundingClientRect().right > clientWidth + 1)
      .slice(0, 5)
      .map((element) => `${element.tagName.toLowerCase()}.${element.className || element.id}`);
    return [`scrolls sideways on a phone: ${scrollWidth} px of ${clientWidth}: ${wide.join(", ")}`];
  });
}

/** A picture of the head and of every section. */
async function takeScreenshots(page, folder, name) {
  mkdirSync(folder, { recursive: true });
  const parts = await page.$$("header, main > section");
  for (const part of parts) {
    const id = await part.evaluate((element) => element.id || "head");
    await part.screenshot({ path: join(folder, `${name}-${id}.png`) });
  }
}

async function checkFile(browser, file, screenshots) {
  const faults = [];
  const facts = [];
  const page = await openPage(browser, pathToFileURL(resolve(file)).href, faults);
  const name = basename(file, ".html");
  if (screenshots !== null) {
    await takeScreenshots(page, screenshots, `${name}-desk`);
  }
  for (const scheme of SCHEMES) {
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    faults.push(...(await axeFaults(page, scheme)));
    const { byteCount, pageCount } = await printedPages(page);
    facts.push(`${pageCount} pages printed (${scheme})`);
    if (byteCount === 0 || pageCount === 0) {
      faults.push(`prints nothing (${scheme})`);
    }
  }
  faults.push(...(await linkFaults(page)));
  faults.push(...(await phoneFaults(page)));
  faults.push(...(await axeFaults(page, "phone")));
  if (screenshots !== null) {
    await takeScreenshots(page, screenshots, `${name}-phone`);
  }
  await page.close();
  return { faults, facts };
}

async function main() {
  const { files, screenshots } = readArguments(process.argv.slice(2));
  if (files.length === 0) {
    console.error("usage: node check_report.mjs [--screenshots FOLDER] FILE.html ...");
    return 2;
  }
  // Chromium's sandbox does not start for the administrator, as whom containers often run.
  const isAdministrator = process.getuid?.() === 0;
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--host-resolver-rules=MAP * ~NOTFOUND",
      ...(isAdministrator ? ["--no-sandbox"] : []),
    ],
  });
  let faultCount = 0;
  try {
    for (const file of files) {
      const folder = files.length === 1 || screenshots === null
        ? screenshots
        : join(screenshots, String(files.indexOf(file)));
      const { faults, facts } = await checkFile(browser, file, folder);
      faultCount += faults.length;
      console.log(`${file}: ${faults.length === 0 ? "good" : `${faults.length} faults`}; ${facts.join(", ")}`);
      faults.forEach((fault) => console.log(`  ${fault}`));
    }
  } finally {
    await browser.close();
  }
  return faultCount === 0 ? 0 : 1;
}

process.exitCode = await main();
