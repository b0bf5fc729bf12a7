import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expectedIndexes } from '../src/postgres/schema/expected-schema.js'
import { freshSchema } from '../test/postgres/fresh-schema.js'

// Run this after a change of the schema: npx tsx scripts/write-expected-schema.ts
const file = fileURLToPath(new URL('../src/postgres/schema/expected-tables.ts', import.meta.url))
const indexes = new Map(expectedIndexes())
const tables = Object.fromEntries(Object.entries(await freshSchema()).filter(([object]) => !indexes.has(object)))
writeFileSync(
  file,
  `// Written by scripts/write-expected-schema.ts from a fresh database; a test tells when it is out of date.

/** What the steps make, except the indexes and the functions: an object in words, and how it is defined. */
export const expectedTables: Readonly<Record<string, string>> = ${JSON.stringify(tables, null, 2)}
`,
)
execFileSync('npx', ['biome', 'check', '--write', file])
