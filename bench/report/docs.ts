import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chart } from './chart.js'
import { page } from './page.js'
import type { Results } from './results.js'

const documents = (results: Results) => [
  { file: fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url)), text: page(results) },
  { file: fileURLToPath(new URL('../../docs/benchmarks.svg', import.meta.url)), text: chart(results.comparisons) },
]

export function writeDocs(results: Results): void {
  for (const { file, text } of documents(results)) writeFileSync(file, text)
}

/** Whether the documents contain exactly what was measured. */
export function docsAreCurrent(results: Results): boolean {
  return documents(results).every(({ file, text }) => readFileSync(file, 'utf8') === text)
}
