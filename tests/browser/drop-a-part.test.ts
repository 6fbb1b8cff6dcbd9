/** A person drops a part on the page, sees it and its recommendations, and sets one beside it. */
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repositoryRoot } from '../../scripts/pinned-node.mjs';
import { type RunningSite, startSite } from '../start-site.ts';

/** STL files made by others, some broken on purpose. */
const OTHERS = join(repositoryRoot, 'node_modules', 'stl-models');

let site: RunningSite;
let browser: Browser;

beforeAll(async () => {
  site = await startSite();
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
    ],
  });
});

afterAll(async () => {
  await browser?.close();
  await site?.stop();
});

/** Opens the page, and fails the test on any script error or any request that leaves the site. */
async function openPage(options: BrowserContextOptions = {}): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (/^https?:$/.test(protocol) && origin !== site.url) complaints.push(`asked ${request.url()}`);
  });
  await page.goto(site.url);
  return { page, complaints };
}

test('a dropped part turns, has a kind, and ten recommendations with pictures', async () => {
  const { page, complaints } = await openPage();
  await page
    .getByTestId('drop-input')
    .first()
    .setInputFiles(join(repositoryRoot, 'catalogues/demo/golden/part.stl'));
  await expect.poll(() => page.getByTestId('recommendation').count(), { timeout: 30_000 }).toBe(10);
  expect(await page.getByTestId('query-kind').first().textContent()).toMatch(/[a-z]{3}/);
  expect(await page.getByTestId('viewer').first().isVisible()).toBe(true);

  const pictures = page.getByTestId('recommendation').locator('img');
  await expect
    .poll(() =>
      pictures.evaluateAll(
        (all) => all.filter((one) => (one as { naturalWidth?: number }).naturalWidth).length,
      ),
    )
    .toBe(10);

  await page.getByTestId('recommendation').first().click();
  await page.getByTestId('comparison').waitFor();
  expect(await page.getByTestId('comparison').locator('canvas').count()).toBeGreaterThan(0);
  await page.keyboard.press('Escape');
  await expect.poll(() => page.getByTestId('comparison').count()).toBe(0);
  expect(complaints).toEqual([]);
});

test('an STL made by others is answered too', async () => {
  const { page, complaints } = await openPage();
  await page
    .getByTestId('drop-input')
    .first()
    .setInputFiles(join(OTHERS, 'objects', 'gearwheel.bin.stl'));
  await expect.poll(() => page.getByTestId('recommendation').count(), { timeout: 30_000 }).toBe(10);
  expect(complaints).toEqual([]);
});

test('a file that is no part is refused in words, and the next part is answered', async () => {
  const { page } = await openPage();
  await page
    .getByTestId('drop-input')
    .first()
    .setInputFiles({
      name: 'notes.stl',
      mimeType: 'model/stl',
      buffer: Buffer.from('Not a part at all.\n'),
    });
  await page.getByTestId('problem').waitFor();
  expect(await page.getByTestId('problem').textContent()).toMatch(/STL/);
  await page
    .getByTestId('drop-input')
    .first()
    .setInputFiles(join(repositoryRoot, 'catalogues/demo/golden/part.stl'));
  await expect.poll(() => page.getByTestId('recommendation').count(), { timeout: 30_000 }).toBe(10);
  expect(await page.getByTestId('problem').count()).toBe(0);
});

test('nothing is wider than a small phone, in either colour scheme', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page, complaints } = await openPage({ viewport: { width: 360, height: 740 }, colorScheme });
    await page
      .getByTestId('drop-input')
      .setInputFiles(join(repositoryRoot, 'catalogues/demo/golden/part.stl'));
    await expect.poll(() => page.getByTestId('recommendation').count(), { timeout: 30_000 }).toBe(10);
    const overflow = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(overflow).toBeLessThanOrEqual(0);
    expect(complaints).toEqual([]);
  }
});

test('the API reference shows every route, with no network', async () => {
  const { page, complaints } = await openPage();
  await page.goto(`${site.url}/docs`);
  await page.getByText('/predict').first().waitFor();
  expect(await page.getByText('/api/v1/recommendations').count()).toBeGreaterThan(0);
  expect(complaints).toEqual([]);
});
