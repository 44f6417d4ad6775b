// Looks at the sample pages that the render tests leave in target/gallery: under our content security policy, at phone
// and desk width, light and dark. Fails on an axe violation, on a blocked or failed request, on a script error, and on a
// page wider than its window. Screenshots go to target/gallery/shots. Run after `cargo test --lib`.
//
//     node tests/browser/gallery.mjs [part of a page's name]

import { createServer } from "node:http";
import { mkdir, readFile, readdir } from "node:fs/promises";
import { extname, join } from "node:path";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const root = new URL("../..", import.meta.url).pathname;
const gallery = join(root, "target/gallery");
const shots = join(gallery, "shots");
const policy =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; " +
  "frame-ancestors 'none'; connect-src 'self'; font-src 'self'; manifest-src 'self'";
const types = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml" };
const views = [
  { name: "phone-light", width: 360, height: 740, colorScheme: "light" },
  { name: "phone-dark", width: 360, height: 740, colorScheme: "dark" },
  { name: "desk-light", width: 1280, height: 900, colorScheme: "light" },
  { name: "desk-dark", width: 1280, height: 900, colorScheme: "dark" },
  { name: "narrow", width: 320, height: 640, colorScheme: "light" },
];

const server = createServer(async (request, response) => {
  const path = new URL(request.url, "http://x").pathname;
  const asset = path.match(/^\/assets\/[0-9a-f]+\/([\w.-]+)$/);
  const file = asset ? join(root, "templates/assets", asset[1]) : join(gallery, path.slice(1).replaceAll("/", ""));
  try {
    const body = await readFile(file);
    response.writeHead(200, { "content-type": types[extname(file)] ?? "text/plain", "content-security-policy": policy });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const origin = `http://127.0.0.1:${server.address().port}`;

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pages = (await readdir(gallery)).filter((name) => name.endsWith(".html") && name.includes(process.argv[2] ?? "")).sort();
await mkdir(shots, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium-headless-shell", args: ["--no-sandbox"] });
const faults = [];
let looked = 0;

for (const { name, width, height, colorScheme } of views) {
  // axe is put in by the browser's own channel, not by a script element, so the page keeps its policy.
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, locale: "en-GB", timezoneId: "Europe/London" });
  const page = await context.newPage();
  let here = "";
  const fault = (what) => faults.push(`${here} (${name}): ${what}`);
  page.on("pageerror", (error) => fault(`script error: ${error.message}`));
  page.on("console", (message) => message.type() === "error" && fault(`console: ${message.text()}`));
  page.on("request", (request) => request.url().startsWith(origin) || fault(`asked for ${request.url()}`));
  page.on("response", (answer) => answer.ok() || fault(`${answer.status()} for ${answer.url()}`));
  for (const file of pages) {
    here = file;
    await page.goto(`${origin}/${file}`);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
    for (const { id, nodes } of violations) fault(`axe ${id}: ${nodes.map((node) => node.target.join(" ") + " " + (node.any[0]?.message ?? "")).join(" | ")}`);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (over > 0) fault(`${over} px wider than the window`);
    await page.screenshot({ path: join(shots, `${file.replace(".html", "")}-${name}.png`), fullPage: true });
    looked += 1;
  }
  await context.close();
}
await browser.close();
server.close();
for (const fault of faults) console.error(fault);
console.log(`${looked} looks at ${pages.length} pages, ${faults.length} faults`);
process.exit(faults.length || !looked ? 1 : 0);
