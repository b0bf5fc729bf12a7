import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expectedIndexes } from '../src/postgres/schema/expected-schema.js'
import { freshSchema } from '../test/postgres/fresh-schema.js'

// Run this after a change of the schema: npx tsx scripts/write-expected-schema.ts
const indexes = new Map(expectedIndexes())
const objects = Object.entries(await freshSchema()).filter(([object]) => !indexes.has(object))
const ofPasses = /\b(leases|lease_tokens|webhook_journal|sync_\w+|active_syncs|inbox_migrations)\b/
const write = (name: string, text: string) => {
  const file = fileURLToPath(new URL(`../src/postgres/schema/${name}`, import.meta.url))
  writeFileSync(
    file,
    `// Written by scripts/write-expected-schema.ts from a fresh database; a test tells when it is out of date.\n${text}\n`,
  )
  execFileSync('npx', ['biome', 'check', '--write', file])
}
const among = (isPass: boolean) => JSON.stringify(Object.fromEntries(objects.filter(([name]) => ofPasses.test(name) === isPass)), null, 2)

write(
  'expected-passes.ts',
  `
/** What the steps make for work that takes long: leases, the journal of webhooks, and how far syncs and moves are. */
export const expectedPasses: Readonly<Record<string, string>> = ${among(true)}`,
)
write(
  'expected-tables.ts',
  `import { expectedPasses } from './expected-passes.js'

const tables: Readonly<Record<string, string>> = ${among(false)}

/** What the steps make, except the indexes and the functions: an object in words, and how it is defined. */
export const expectedTables: Readonly<Record<string, string>> = { ...tables, ...expectedPasses }`,
)
