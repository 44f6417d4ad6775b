// What the journeys of imports share.

/** Uploads `text` as `name` and stops at the page of the import. */
export async function upload (page, what, name, text) {
  await page.goto('/imports/new')
  await page.getByLabel(what, { exact: true }).check()
  await page.getByLabel('File', { exact: true }).setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })
  await page.getByRole('button', { name: 'Upload' }).click()
  await page.waitForURL(/\/imports\/[0-9a-f-]{36}$/)
}

/** The key figures of an import's page, by their labels. */
export async function figures (page) {
  const items = await page.locator('.wr-figures__item').evaluateAll((all) =>
    all.map((item) => [item.querySelector('dt').textContent.trim(), item.querySelector('dd').textContent.trim()]))
  return Object.fromEntries(items)
}
