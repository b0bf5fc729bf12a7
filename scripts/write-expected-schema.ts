import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { freshSchema } from '../test/postgres/fresh-schema.js'

// Run it after a change of the schema: npx tsx scripts/write-expected-schema.ts
const file = fileURLToPath(new URL('../src/postgres/schema/expected-schema.ts', import.meta.url))
writeFileSync(
  file,
  `// Written by scripts/write-expected-schema.ts from a fresh database; a test tells when it is out of date.

/** What the steps make, functions aside: an object in words, and how it is defined. */
export const expectedObjects: Readonly<Record<string, string>> = ${JSON.stringify(await freshSchema(), null, 2)}
`,
)
execFileSync('npx', ['biome', 'check', '--write', file])
